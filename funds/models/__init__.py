from funds.models.breach import BreachFile, OutsideBreach, Watched
from funds.models.freeze import Freeze
from funds.models.ledger import Account, Balance, Leg, Posting, Source, with_money
from funds.models.limit import ApprovalLimit
from funds.models.payment import Ceiling, Gate, Payment, requestable
from funds.models.receipt import Receipt

__all__ = [
    "Account",
    "ApprovalLimit",
    "Balance",
    "BreachFile",
    "Ceiling",
    "Freeze",
    "Gate",
    "Leg",
    "OutsideBreach",
    "Payment",
    "Posting",
    "Receipt",
    "Source",
    "Watched",
    "requestable",
    "with_money",
]
