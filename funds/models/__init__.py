from funds.models.appropriation import Appropriation, AppropriationRow, PerformanceTarget
from funds.models.freeze import Freeze
from funds.models.ledger import Account, Balance, Leg, Posting, Source, with_money
from funds.models.matching import Matching, MatchingFund, MatchingPayment
from funds.models.payment import Ceiling, Gate, Payment, requestable
from funds.models.private import PrivateInvestment
from funds.models.receipt import Receipt
from funds.models.stock import StockFund, StockReturn

__all__ = [
    "Account",
    "Appropriation",
    "AppropriationRow",
    "Balance",
    "Ceiling",
    "Freeze",
    "Gate",
    "Leg",
    "Matching",
    "MatchingFund",
    "MatchingPayment",
    "Payment",
    "PerformanceTarget",
    "Posting",
    "PrivateInvestment",
    "Receipt",
    "Source",
    "StockFund",
    "StockReturn",
    "requestable",
    "with_money",
]
