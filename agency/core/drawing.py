"""Drawings of the house made on the server, as outlines for a template."""

from functools import cache

from django.template.loader import render_to_string

SEAT_STEP, SEAT_ROW, ROW_STEP = 11, 20, 18


@cache
def room(taken, total):
    """Two outlines, the chairs taken and those free: a list draws many rooms."""
    corners = [
        (chair % SEAT_ROW * SEAT_STEP, chair // SEAT_ROW * ROW_STEP)
        for chair in range(total)
    ]
    rows = -(-total // SEAT_ROW)
    drawing = {
        "taken": "".join(
            f"M{x} {y + 14}v-10a4 4 0 0 1 8 0v10z" for x, y in corners[:taken]
        ),
        "free": "".join(
            f"M{x + 0.75} {y + 13.25}v-9.25a3.25 3.25 0 0 1 6.5 0v9.25z"
            for x, y in corners[taken:]
        ),
        "width": min(total, SEAT_ROW) * SEAT_STEP - 3,
        "height": rows * ROW_STEP - 4,
    }
    return render_to_string("components/seats.html", drawing)
