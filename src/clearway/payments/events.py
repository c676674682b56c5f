"""The facts that this room announces. Bodies hold ``mrn`` where a declaration is concerned.

======================  =====================================================================
kind                    body
======================  =====================================================================
notice.issued           number, reference, amount, due, code 13; lines by tax
notice.cancelled        number, reason
notice.adjusted         number, amount taken back, reason
notice.reminded         number, open, due, code 15
notice.overdue          number, open, due
notice.stayed           number, open, until: what its collection waits for
notice.resumed          number, open, due: longer by the days that it waited
debt.departed           subject (the decision), reason; taxes with what each differs by
payment.received        number of the notice, amount, open, method
payment.parked          amount, currency, why (told to customs alone)
payment.assigned        line, number of the notice, amount
payment.reversed        number of the notice, amount, open, reason: the bank took it back
guarantee.entered       number, kind, reference_amount, valid_to
guarantee.reserved      number, amount, liability
guarantee.drawn         the same
guarantee.discharged    the same
guarantee.call_proposed number, amount (told to customs alone)
guarantee.call_refused  the same (told to customs alone)
guarantee.called        number, amount
guarantee.short         number, needed, available, shortfall, code 14
guarantee.released      number
guarantee.expired       number
security.deposited      number, amount of the security, deposited, currency
security.covered        number, amount, security: the guarantee, empty where deposits cover it
security.drawn          the same: what it covered arose
security.released       the same
account.opened          number, guarantee
account.charged         number, amount
statement.made          account, month, amount, due
statement.reminded      the same, code 15
statement.overdue       the same
statement.stayed        the same, with what is open on it and what waits; every other one too
statement.resumed       the same
statement.paid          the same
refund.requested        amount, reason
refund.approved         amount
refund.paid             amount
refund.refused          reason
bank.file_read          lines, new, parked (told to customs alone)
online.begun            number of the notice, amount, provider
online.ended            number of the notice, amount, outcome
======================  =====================================================================
"""

from __future__ import annotations

from typing import Final

NOTICE_ISSUED: Final = "notice.issued"
NOTICE_CANCELLED: Final = "notice.cancelled"
NOTICE_ADJUSTED: Final = "notice.adjusted"
NOTICE_REMINDED: Final = "notice.reminded"
NOTICE_OVERDUE: Final = "notice.overdue"
NOTICE_STAYED: Final = "notice.stayed"
NOTICE_RESUMED: Final = "notice.resumed"
PAYMENT_RECEIVED: Final = "payment.received"
PAYMENT_PARKED: Final = "payment.parked"
PAYMENT_REVERSED: Final = "payment.reversed"
PAYMENT_ASSIGNED: Final = "payment.assigned"
GUARANTEE_ENTERED: Final = "guarantee.entered"
GUARANTEE_RESERVED: Final = "guarantee.reserved"
GUARANTEE_DRAWN: Final = "guarantee.drawn"
GUARANTEE_DISCHARGED: Final = "guarantee.discharged"
GUARANTEE_CALL_PROPOSED: Final = "guarantee.call_proposed"
GUARANTEE_CALL_REFUSED: Final = "guarantee.call_refused"
GUARANTEE_CALLED: Final = "guarantee.called"
GUARANTEE_SHORT: Final = "guarantee.short"
GUARANTEE_RELEASED: Final = "guarantee.released"
GUARANTEE_EXPIRED: Final = "guarantee.expired"
DEPARTED: Final = "debt.departed"
"""A decision departs from what is assessed: a value was determined."""
SECURITY_DEPOSITED: Final = "security.deposited"
SECURITY_COVERED: Final = "security.covered"
SECURITY_DRAWN: Final = "security.drawn"
SECURITY_RELEASED: Final = "security.released"
ACCOUNT_OPENED: Final = "account.opened"
ACCOUNT_CHARGED: Final = "account.charged"
STATEMENT_MADE: Final = "statement.made"
STATEMENT_REMINDED: Final = "statement.reminded"
STATEMENT_OVERDUE: Final = "statement.overdue"
STATEMENT_STAYED: Final = "statement.stayed"
STATEMENT_RESUMED: Final = "statement.resumed"
STATEMENT_PAID: Final = "statement.paid"
REFUND_REQUESTED: Final = "refund.requested"
REFUND_APPROVED: Final = "refund.approved"
REFUND_PAID: Final = "refund.paid"
REFUND_REFUSED: Final = "refund.refused"
BANK_FILE_READ: Final = "bank.file_read"
ONLINE_BEGUN: Final = "online.begun"
ONLINE_ENDED: Final = "online.ended"

ISSUED_CODE: Final = "13"
SHORT_CODE: Final = "14"
REMINDER_CODE: Final = "15"
"""The WCO notification codes: tax assessed, funds short, reminder."""
