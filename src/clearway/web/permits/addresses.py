"""The addresses of the pages of permits."""

from __future__ import annotations

from typing import Final

from django.urls import path

from clearway.web.permits import agencies, applications, granted, needing

PERMITS: Final = [
    path("requirements", needing.requirements, name="requirements"),
    path("applications/", applications.applications, name="applications"),
    path("applications/new", applications.apply, name="apply_for_permit"),
    path("applications/<int:number>", applications.application, name="application"),
    path("applications/cases/<int:number>/answer", applications.answer, name="answer_agency"),
    path("permits/", granted.permits, name="permits"),
    path("permits/<int:number>", granted.permit, name="permit"),
    path("permits/<int:number>/revoke", granted.revoke, name="revoke_permit"),
    path("agency/cases/", agencies.cases, name="agency_cases"),
    path("agency/cases/next", agencies.next_case, name="agency_next_case"),
    path("agency/cases/<int:number>", agencies.case, name="agency_case"),
    path("agency/cases/<int:number>/decide", agencies.decide_case, name="agency_decide"),
    path("agency/cases/<int:number>/ask", agencies.ask, name="agency_ask"),
    path("agency/cases/<int:number>/inspect", agencies.inspect, name="agency_inspect"),
    path("agency/papers/", agencies.waiting_papers, name="agency_papers"),
    path("agency/papers/next", agencies.next_paper, name="agency_next_paper"),
    path("agency/papers/<int:number>", agencies.paper, name="agency_paper"),
]
