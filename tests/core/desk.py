"""A desk, what it says and its forms."""

DESK = "/gestion/"
ACTIVITIES = f"{DESK}activities/activity/"
GROUPS = f"{DESK}groups/peergroup/"
SESSIONS = f"{DESK}activities/session/"
VENUES = f"{DESK}activities/venue/"
ENROLMENTS = f"{DESK}activities/enrolment/"


def texts(response):
    return [str(message) for message in response.context["messages"]]


def form_of(client, url):
    """What the browser would send back from the form at ``url``."""
    context = client.get(url).context
    forms = [context["adminform"].form]
    forms += [f for s in context["inline_admin_formsets"] for f in s.formset.forms]
    forms += [s.formset.management_form for s in context["inline_admin_formsets"]]
    data = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            widget = bound.field.widget
            if hasattr(widget, "decompress") and not isinstance(value, list):
                for index, part in enumerate(widget.decompress(value)):
                    name = f"{bound.html_name}_{index}"
                    data[name] = "" if part is None else str(part)
            elif value is not None and value is not False and value != []:
                data[bound.html_name] = value
            if bound.field.show_hidden_initial:
                data[bound.html_initial_name] = value
    return data
