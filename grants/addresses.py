"""Where the pages of an application are, for the site and for the desk."""

from django.urls import reverse


def on_the_site(application):
    return application.get_absolute_url()


def thread(application):
    return reverse("grants:application-thread", args=[application.uuid])


def completion(application):
    return reverse("grants:application-completion", args=[application.uuid])


def on_the_desk(pk):
    """The page of the file."""
    return reverse("admin:grants_application_change", args=[pk])


def thread_on_the_desk(pk):
    """Where the house reads what was written, and answers."""
    return reverse("admin:grants_threadmessage_file", args=[pk])


def list_on_the_desk(query=""):
    return f"{reverse('admin:grants_application_changelist')}{query}"


def unread_on_the_desk():
    return f"{reverse('admin:grants_threadmessage_changelist')}?lu=non"


def agenda_on_the_desk(pk):
    """The agenda of a sitting, where one convenes from."""
    return reverse("admin:grants_sitting_agenda", args=[pk])
