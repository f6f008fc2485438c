"""The nightly recount: what the roll-up says against what the legs say. They differ only if somebody went around the
trigger; then the board may not be believed, and this says where."""

from django.db import connection

from portal.periods import daily

DIFFERENCES = """
SELECT coalesce(kept.county_id, legs.county_id), coalesce(kept.account, legs.account),
       coalesce(kept.source, legs.source), coalesce(kept.fund_line_id, legs.fund_line_id),
       coalesce(kept.month, legs.month), coalesce(kept.debit - kept.credit, 0), coalesce(legs.amount, 0)
FROM funds_balance kept
FULL JOIN (
    SELECT county_id, account, source, fund_line_id, date_trunc('month', day)::date AS month,
           sum(amount) AS amount, count(*) AS n, coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS debit
    FROM funds_leg GROUP BY 1, 2, 3, 4, 5
) legs ON legs.county_id = kept.county_id AND legs.account = kept.account AND legs.source = kept.source
    AND coalesce(legs.fund_line_id, 0) = coalesce(kept.fund_line_id, 0) AND legs.month = kept.month
WHERE kept.id IS NULL OR legs.n IS NULL OR legs.n <> kept.legs OR legs.debit <> kept.debit
   OR legs.amount <> kept.debit - kept.credit
ORDER BY 1, 5, 2, 3, 4
"""


class BalancesDiffer(Exception):
    """The roll-up and the legs do not agree."""


def differences() -> list[tuple]:
    """(county, account, source, fund line, month, amount of the roll-up, amount of the legs) wherever they differ."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES)
        return cursor.fetchall()


@daily
def recount_balances(today):
    """A difference leaves the day open and stands in the log until it is mended: silence would be the worse error."""
    if wrong := differences():
        raise BalancesDiffer(f"科目余额与分录不符 {len(wrong)} 处，首处：{wrong[0]}；请运行 manage.py recount")
