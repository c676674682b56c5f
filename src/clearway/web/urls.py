"""The addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from clearway.web.problem_pages import all_problems, one_problem
from clearway.web.status import border

urlpatterns = [
    path("", border, name="border"),
    path("problems/", all_problems, name="problems"),
    path("problems/<slug:name>", one_problem, name="problem"),
]
