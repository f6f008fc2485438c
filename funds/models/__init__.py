from funds.models.freeze import Freeze
from funds.models.ledger import Account, Balance, Leg, Posting, Source, with_money
from funds.models.payment import Ceiling, Gate, Payment, requestable
from funds.models.receipt import Receipt
from funds.models.voucher import PaymentObject, PaymentVoucher

__all__ = [
    "Account",
    "Balance",
    "Ceiling",
    "Freeze",
    "Gate",
    "Leg",
    "Payment",
    "PaymentObject",
    "PaymentVoucher",
    "Posting",
    "Receipt",
    "Source",
    "requestable",
    "with_money",
]
