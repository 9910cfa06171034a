"""What the signed-in person sees of their own."""

from django.core.paginator import Paginator
from django.shortcuts import render

from agency.pages import own_space


def space(request):
    """One's own space."""
    return render(request, "pages/own_space.html", own_space.load(request.user))


def documents(request):
    """Every document one has received."""
    page = Paginator(own_space.own_documents(request.user), 50)
    return render(
        request,
        "pages/own_documents.html",
        {"page": page.get_page(request.GET.get("page"))},
    )
