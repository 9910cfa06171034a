"""The renderer of every form of the site: our field, our list of errors."""

from django.forms.renderers import TemplatesSetting


class PlateauRenderer(TemplatesSetting):
    """Forms look like the paper pages: see ``templates/components/field.html``."""

    field_template_name = "components/field.html"
    form_template_name = "components/form_fields.html"
