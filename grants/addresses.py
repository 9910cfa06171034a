"""Where the pages of an application are, for the site and for the desk."""

from django.urls import NoReverseMatch, reverse


def on_the_site(application):
    """Its own page; before there is one, its thread."""
    try:
        return application.get_absolute_url()
    except NoReverseMatch:
        return thread(application)


def thread(application):
    return reverse("grants:application-thread", args=[application.uuid])


def completion(application):
    return reverse("grants:application-completion", args=[application.uuid])


def part(application, target):
    """Where its authors write what ``target`` names; before there is a page, nothing."""
    try:
        page = application.get_absolute_url()
    except NoReverseMatch:
        return ""
    return f"{page}#{target.partition(':')[2]}"


def on_the_desk(pk):
    """The page of the file; before there is one, what was asked and said of it."""
    try:
        return reverse("admin:grants_application_change", args=[pk])
    except NoReverseMatch:
        return thread_on_the_desk(pk)


def thread_on_the_desk(pk):
    """Where the house reads what was written, and answers."""
    return reverse("admin:grants_threadmessage_file", args=[pk])


def list_on_the_desk(query=""):
    try:
        return f"{reverse('admin:grants_application_changelist')}{query}"
    except NoReverseMatch:
        return reverse("admin:grants_threadmessage_changelist")


def unread_on_the_desk():
    return f"{reverse('admin:grants_threadmessage_changelist')}?lu=non"
