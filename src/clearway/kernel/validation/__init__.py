"""Validation: every rule that a declaration must pass above syntax, each with its number.

``validate`` runs all of ``RULES`` over one declaration and answers with findings. Nothing here
raises over a declaration's content, stops at the first error, or changes the declaration.

**One wrong datum, one finding.** The rules run in the order of ``RULES``: code lists, sums,
consistency, cross-record. A datum that has been told is not told again by a later rule unless
that rule is more severe; and a rule that takes other data for granted stays silent where one of
those has an error or a doubt of its own.

**Code lists** are read from ``Reference.code_lists`` under these names; where a pack has no such
list, the rules that need it do not run. ``procedure`` entries may carry the properties
``direction`` (codes of direction, blank-separated), ``previous`` (previous procedures allowed),
``requires_previous_document``, ``requires_guarantee``, ``requires_warehouse`` (``yes``) and
``requires_authorisation`` (kinds of which one must be declared) and ``no_origin`` (``yes``);
``additional_procedure`` entries ``procedures`` (those it may stand beside) and ``no_origin``;
``aeo_role`` entries ``party`` (the role of the declaration's party that must hold the status);
``currency`` entries ``exponent`` where it is not ISO 4217's.

    additional_code, additional_procedure, additional_type, aeo_role, agent_status,
    authorisation, charge_type, country, currency, dangerous_goods, declaration_type, document,
    document_status, duty_tax_party_role, function, guarantee, incoterm, location, office,
    package, payment_method, preference, previous_document, previous_document_category,
    previous_procedure, procedure, quota_order, statement, tax, transaction_nature,
    transport_means_type, transport_mode, unit, valuation_method

``declaration_type`` may hold the whole type (``IMA``) or its direction (``IM``);
``previous_document`` the type, or class and type together. Without ``previous_procedure`` the
list ``procedure`` serves for both.

**Settings** are read from ``Reference.settings``. Lists are written with ``;`` between words.

=====================================  ==========  ==============================================
key                                    default     meaning
=====================================  ==========  ==============================================
severity.CLWnnnn                                   ``error``, ``doubt``, ``warning``, ``note`` or
                                                   ``off`` for one rule
validation.max_items                   999         items that one declaration may hold
validation.description_length          512         characters of a description
validation.description_letters         3           least letters; an ideograph counts as two
validation.stop_list                               more words that describe nothing
validation.stop_list_allows                        words of the international list to accept
validation.mass_tolerance              0           kilograms by which masses may differ
validation.mass_tolerance_per_mille    0           the same as a share; the larger one counts
validation.amount_tolerance            0           currency units by which a sum may differ
validation.rate_form                   local_per_unit  or ``unit_per_local``: how a declared
                                                   rate of exchange is written
validation.rate_tolerance_per_million  0           by which a declared rate may differ
validation.imports                     IM;CO       directions that bring goods in
validation.exports                     EX          directions that take goods out
validation.home                        (country)   countries and territories that are "here"
validation.full_functions              ;2;4;5;9    functions of complete declarations
validation.simplified_types            B;C;E;F;J;K;Q  additional types of declarations that may
                                                   lack data (simplified, provisional)
validation.zone_required               true        whether a time of day needs its zone
validation.party_scheme                tin         ``tin`` (and LEI) or ``none``
validation.no_preference               ;100        preference codes that claim nothing
validation.no_previous                 ;00;0000    previous procedures that say "none"
validation.ship_means                  10          means-of-transport type that is an IMO number
validation.flight_means                40          the type that is a flight number
validation.air_waybills                740;741     documents whose reference is an air waybill
validation.mrn_documents               MRN         previous documents whose reference is an MRN
=====================================  ==========  ==============================================
"""

from clearway.kernel.validation.batch import BATCH_RULES, BatchRule, validate_batch
from clearway.kernel.validation.coded import CODE_LISTS
from clearway.kernel.validation.engine import RULES, validate
from clearway.kernel.validation.rule import Layer, Rule

__all__ = [
    "BATCH_RULES",
    "CODE_LISTS",
    "RULES",
    "BatchRule",
    "Layer",
    "Rule",
    "validate",
    "validate_batch",
]
