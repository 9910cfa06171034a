// What every page does when scripts run. Without them everything still works: links, forms, popovers.
import { attachLight } from "./light.js";
import { focusErrors } from "./errors.js";
import { closeMenus } from "./menus.js";
import { guardForms } from "./forms.js";

attachLight(document);
focusErrors(document);
closeMenus(document);
guardForms(document);
