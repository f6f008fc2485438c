from funds.models.appropriation import Appropriation, AppropriationRow, PerformanceTarget
from funds.models.breach import BreachFile, OutsideBreach, Watched
from funds.models.consent import Consent
from funds.models.freeze import Freeze
from funds.models.judged import Ceiling, Gate
from funds.models.ledger import Account, Balance, Leg, Posting, Source, with_money
from funds.models.limit import ApprovalLimit
from funds.models.matching import Matching, MatchingFund, MatchingPayment
from funds.models.payment import Payment, requestable
from funds.models.private import PrivateInvestment
from funds.models.receipt import Receipt
from funds.models.recovery import Recovery, RecoveryReceipt, recallable, recovered_words
from funds.models.stock import StockFund, StockReturn
from funds.models.voucher import PaymentObject, PaymentVoucher

__all__ = [
    "Account",
    "Appropriation",
    "AppropriationRow",
    "ApprovalLimit",
    "Balance",
    "BreachFile",
    "Ceiling",
    "Consent",
    "Freeze",
    "Gate",
    "Leg",
    "Matching",
    "MatchingFund",
    "MatchingPayment",
    "OutsideBreach",
    "Payment",
    "PaymentObject",
    "PaymentVoucher",
    "PerformanceTarget",
    "Posting",
    "PrivateInvestment",
    "Receipt",
    "Recovery",
    "RecoveryReceipt",
    "Source",
    "recallable",
    "recovered_words",
    "StockFund",
    "StockReturn",
    "Watched",
    "requestable",
    "with_money",
]
