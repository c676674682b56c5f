"""The addresses of the pages of what comes after release."""

from __future__ import annotations

from typing import Final

from django.urls import path

from clearway.web.after_release import appeals, audits, claims, corrections

AFTER_RELEASE: Final = [
    path("audits/", audits.listed, name="audits"),
    path("audits/selected", audits.selections, name="selections"),
    path("audits/selected/<int:number>", audits.pass_over, name="pass_over_selection"),
    path("declarations/<str:key>/audits/new", audits.new, name="open_audit"),
    path("declarations/<str:key>/disclosure", audits.disclose, name="disclose_error"),
    path("audits/<int:number>", audits.one, name="audit"),
    path("audits/<int:number>/notification", audits.notify, name="notify_audit"),
    path("audits/<int:number>/drop", audits.drop, name="drop_audit"),
    path("audits/<int:number>/fieldwork", audits.begin, name="begin_audit"),
    path("audits/<int:number>/findings", audits.draft, name="draft_findings"),
    path("audits/<int:number>/answer", audits.answer, name="answer_audit"),
    path("audits/<int:number>/hearing-end", audits.close, name="close_hearing"),
    path("audits/<int:number>/decision", audits.decide, name="decide_audit"),
    path("corrections/", corrections.listed, name="corrections"),
    path("declarations/<str:key>/corrections/new", corrections.new, name="correct_declaration"),
    path("corrections/<int:number>", corrections.one, name="correction"),
    path("corrections/<int:number>/confirmation", corrections.confirm, name="confirm_correction"),
    path("claims/", claims.listed, name="claims"),
    path("declarations/<str:key>/claims/new", claims.new, name="lodge_claim"),
    path("claims/<int:number>", claims.one, name="claim"),
    path("claims/<int:number>/decision", claims.decide, name="decide_claim"),
    path("claims/<int:number>/withdrawal", claims.withdraw, name="withdraw_claim"),
    path("appeals/", appeals.listed, name="appeals"),
    path("appeals/new", appeals.new, name="lodge_appeal"),
    path("appeals/<int:number>", appeals.one, name="appeal"),
    path("appeals/<int:number>/admission", appeals.admit, name="admit_appeal"),
    path("appeals/<int:number>/hearing", appeals.hear, name="hear_appeal"),
    path("appeals/<int:number>/decision", appeals.decide, name="decide_appeal"),
    path("appeals/<int:number>/withdrawal", appeals.withdraw, name="withdraw_appeal"),
]
