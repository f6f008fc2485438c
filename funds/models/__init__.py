from funds.models.consent import Consent
from funds.models.freeze import Freeze
from funds.models.ledger import Account, Balance, Leg, Posting, Source, with_money
from funds.models.payment import Ceiling, Gate, Payment, requestable
from funds.models.receipt import Receipt
from funds.models.recovery import Recovery, RecoveryReceipt, recallable, recovered_words
from funds.models.voucher import PaymentObject, PaymentVoucher

__all__ = [
    "Account",
    "Balance",
    "Ceiling",
    "Consent",
    "Freeze",
    "Gate",
    "Leg",
    "Payment",
    "PaymentObject",
    "PaymentVoucher",
    "Posting",
    "Receipt",
    "Recovery",
    "RecoveryReceipt",
    "Source",
    "recallable",
    "recovered_words",
    "requestable",
    "with_money",
]
