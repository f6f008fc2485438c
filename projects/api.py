"""The interface for contractors' own systems, /api/v1/: a bearer token, rows in, errors by row and field out.

No session and no cookie count here. Words for people are Chinese, names of fields are those of the records.
"""

import hashlib
import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import JSONRenderer
from ninja.security import HttpBearer
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from portal import clock
from portal.rules import SAME_CONTENT, Breach, Refused
from projects import feed
from projects.models import Activity, ApiCall, ApiToken, HouseholdService
from projects.models.tokens import SCOPES

MOUNTED_AT = "/api/v1/"
ERRORS_SHOWN = 500
LONGEST_KEY = 80


# --- what a row is ---------------------------------------------------------------------------------------------------
def _day(value):
    """2020-10-05 and nothing else: a bare number would be read as seconds since 1970."""
    if not (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        raise ValueError("请写成 2020-10-05 这样的日期")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("没有这一天") from None


def _month(value):
    if not (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}", value)):
        raise ValueError("请写成 2020-10 这样的月份")
    return _day(f"{value}-01")


def _choice(choices):
    def check(value):
        if value not in choices.values:
            raise ValueError(f"只能是 {'、'.join(f'{key}（{label}）' for key, label in choices.choices)}")
        return value

    return check


Yuan = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
Day = Annotated[date, BeforeValidator(_day)]
Month = Annotated[date, BeforeValidator(_month)]
Text = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RecordRow(Row):
    """一个站点一天的服务记录。"""

    project: Text = Field(description="项目编号")
    station: Text = Field(description="站点编号")
    date: Day = Field(description="日期，2020-10-05；重新报送同一天的，以后报的为准")
    buy_orders: Count = Field(description="代购订单（单）")
    buy_amount: Yuan = Field(description="代购金额（元，两位小数）")
    sell_orders: Count = Field(description="代销订单（单）")
    sell_amount: Yuan = Field(description="代销金额（元，两位小数）")
    sell_poor_amount: Yuan = Field(description="其中贫困户产品（元），不大于代销金额")
    parcels_in: Count = Field(description="到件（件）")
    parcels_out: Count = Field(description="发件（件）")
    convenience_count: Count = Field(0, description="便民服务（次），可不填")


class ServiceRow(Row):
    """服务一户建档立卡贫困户的一次记录；户编号加密保存。"""

    project: Text = Field(description="项目编号")
    station: Text = Field(description="站点编号")
    date: Day = Field(description="日期，2020-10-05")
    household: Text = Field(description="贫困户编号（加密保存，页面只显示首尾）")
    service: Annotated[str, AfterValidator(_choice(HouseholdService.Service))] = Field(
        description="、".join(f"{key}（{label}）" for key, label in HouseholdService.Service.choices)
    )
    amount: Yuan = Field(description="金额（元）")


class ActivityRow(Row):
    date: Day = Field(description="日期")
    place: Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]+$")] = Field(
        description="地点"
    )
    kind: Annotated[str, AfterValidator(_choice(Activity.Kind))] = Field(
        description="、".join(f"{key}（{label}）" for key, label in Activity.Kind.choices)
    )
    people: Count = Field(0, description="参加人数")
    amount: Yuan = Field(Decimal(0), description="成交额（元）")


class MonthRow(Row):
    """一个项目一个月的交易和活动信息。"""

    project: Text = Field(description="项目编号")
    month: Month = Field(description="月份，2020-10；该月结束后报送")
    is_nil: bool = Field(False, description="零申报：本月确无交易的为 true，其余各项不填")
    online_sales: Yuan | None = Field(None, description="网络销售额（元）")
    farm_sales: Yuan | None = Field(None, description="其中农产品（元）")
    industrial_sales: Yuan | None = Field(None, description="其中工业品（元）")
    orders: Count | None = Field(None, description="订单（单）")
    parcels: Count | None = Field(None, description="包裹（件）")
    remark: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = Field("", description="说明，可不填")
    activities: Annotated[list[ActivityRow], Field(max_length=50)] = Field([], description="本月活动，最多 50 项")


class Records(Row):
    rows: Annotated[list[RecordRow], Field(min_length=1, max_length=feed.AT_MOST)]


class Services(Row):
    rows: Annotated[list[ServiceRow], Field(min_length=1, max_length=feed.AT_MOST)]


class Months(Row):
    rows: Annotated[list[MonthRow], Field(min_length=1, max_length=feed.MONTHS_AT_MOST)]


class Stored(BaseModel):
    """已全部保存；有一处错误就一行也不保存。"""

    rows: int
    added: int = 0
    changed: int = 0
    unchanged: int = 0


class CellError(BaseModel):
    row: int | None = None
    field: str = ""
    words: str


class Errors(BaseModel):
    errors: list[CellError]
    total: int


# --- who may call ----------------------------------------------------------------------------------------------------
class TooManyCalls(Exception):
    def __init__(self, wait):
        self.wait = wait
        super().__init__(wait)


class TokenAuth(HttpBearer):
    """接口令牌；见“承办单位—接口令牌”。"""

    def authenticate(self, request, token):
        now = clock.now()
        found = ApiToken.objects.presented(token, now)
        if found and (wait := found.knock(now)):
            raise TooManyCalls(wait)
        return found


class ReadableJson(JSONRenderer):
    """Chinese words as they are, not as numbers of characters."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    renderer=ReadableJson(),
    title="河南省电子商务进农村综合示范管理平台：承办单位接口",
    version="1.0",
    description=f"每日报送站点服务记录，每月报送交易和活动信息。每次最多 {feed.AT_MOST} 行，全部保存或全部不保存；"
    f"每个令牌每分钟最多 {ApiToken.CALLS_A_MINUTE} 次。请求头 Idempotency-Key 相同的，答复相同，不重复保存。",
    auth=TokenAuth(),
    docs_url=None,
    openapi_url=None,
)
ANSWERS = dict.fromkeys((400, 401, 403, 409, 413, 422, 429), Errors)


def once(request, scope, deed):
    """Do it once: the same key gives the same answer, the same key with other content is refused (P-004).

    Calls of one token come one after another (its row is locked), so the key cannot be taken twice.
    """
    token = request.auth
    _must(token, scope)
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY:
        raise HttpError(422, f"Idempotency-Key 最长 {LONGEST_KEY} 个字符")
    fingerprint = hashlib.sha256(f"{request.path}\x1f".encode() + request.body).hexdigest()
    earlier = ApiCall.objects.filter(token=token, key=key).first() if key else None
    if earlier and earlier.fingerprint != fingerprint:
        raise Refused(Breach(SAME_CONTENT, "这个 Idempotency-Key 已经用过，但内容不同；请换一个再报送"))
    if earlier:
        return earlier.answer
    with transaction.atomic():
        answer = deed()
        at = clock.now()
        key = key or f"{at:%Y%m%d%H%M%S%f}-{fingerprint[:12]}"
        ApiCall.objects.get_or_create(
            token=token,
            key=key,
            defaults={"fingerprint": fingerprint, "path": request.path, "answer": answer, "at": at},
        )
    return answer


def _must(token, scope):
    if scope not in token.scopes:
        raise HttpError(403, f"这个令牌没有“{SCOPES[scope]}”（{scope}）的用途")


@api.post("records", url_name="api-records", response={200: Stored, **ANSWERS}, summary="报送站点服务记录")
def post_records(request, payload: Records):
    """一行是一个站点一天；重新报送同一天的，以后报的为准。"""
    return once(request, "records:write", lambda: feed.take_records(request.auth, payload.rows))


@api.post("services", url_name="api-services", response={200: Stored, **ANSWERS}, summary="报送服务贫困户记录")
def post_services(request, payload: Services):
    """一行是一户一天一项服务。"""
    return once(request, "records:write", lambda: feed.take_services(request.auth, payload.rows))


@api.post("information", url_name="api-information", response={200: Stored, **ANSWERS}, summary="报送月度信息")
def post_information(request, payload: Months):
    """一行是一个项目一个月；已报送的月份只能登录平台更正。"""
    token = request.auth
    return once(
        request,
        "information:write",
        lambda: feed.take_months([token.contractor_id], payload.rows, by=token.made_by),
    )


@api.get("information", url_name="api-information", summary="读取月度报送情况")
def get_information(request, year: int | None = None):
    """本单位各项目各月已报、退回、欠报的情况；status：submitted 已报，returned 退回更正，owed 未报。"""
    _must(request.auth, "information:read")
    return feed.months_given(request.auth, year)


# --- what is answered when it goes wrong -----------------------------------------------------------------------------
WORDS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个字段，请对照字段表",
    "decimal_max_places": "金额最多两位小数",
    "decimal_max_digits": "数字过大",
    "decimal_whole_digits": "数字过大",
    "less_than_equal": "数字过大",
    "greater_than_equal": "不能是负数",
    "int_from_float": "请填写整数",
    "int_parsing": "请填写整数",
    "int_type": "请填写整数",
    "bool_type": "请填写 true 或 false",
    "bool_parsing": "请填写 true 或 false",
    "string_too_short": "不能为空",
    "string_too_long": "文字过长",
    "string_pattern_mismatch": "含有不可见的控制字符",
    "string_type": "请填写文字",
    "string_unicode": "文字编码不正确",
    "list_type": "应为一组行",
    "too_short": "没有数据行",
}


def answered(request, status, errors, **headers):
    shown = [error if isinstance(error, dict) else vars(error) for error in errors[:ERRORS_SHOWN]]
    response = api.create_response(request, {"errors": shown, "total": len(errors)}, status=status)
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def _in_words(error):
    """(row, field, words) of one error of shape. loc: body, payload, rows, number, field …"""
    places = [place for place in error["loc"] if place not in ("body", "query", "payload", "rows")]
    row = places.pop(0) + 1 if places and isinstance(places[0], int) else None
    field = ".".join(str(place + 1) if isinstance(place, int) else place for place in places)
    kind = error["type"]
    if kind == "value_error":
        words = str(error["ctx"]["error"])
    elif kind == "too_long" and row is None:
        words = f"一次最多 {error['ctx']['max_length']} 行，请分批报送"
    else:
        words = WORDS.get(kind, "请填写数字" if kind.startswith(("decimal", "finite")) else "内容或格式不正确")
    return {"row": row, "field": field, "words": words}


@api.exception_handler(ValidationError)
def wrong_shape(request, refusal):
    errors = [_in_words(error) for error in refusal.errors]
    too_many = any(error["type"] == "too_long" and len(error["loc"]) <= 3 for error in refusal.errors)
    return answered(request, 413 if too_many else 422, errors)


@api.exception_handler(feed.WrongRows)
def wrong_rows(request, refusal):
    return answered(request, 422, refusal.errors)


@api.exception_handler(Refused)
def against_policy(request, refusal):
    return answered(request, 409, [{"row": None, "field": "", "words": str(b)} for b in refusal.breaches])


@api.exception_handler(RequestDataTooBig)
def too_big(request, refusal):
    return answered(request, 413, [{"row": None, "field": "", "words": "一次报送不能超过 5 MB，请分批报送"}])


@api.exception_handler(TooManyCalls)
def too_many_calls(request, refusal):
    words = f"每个令牌每分钟最多 {ApiToken.CALLS_A_MINUTE} 次，请 {refusal.wait} 秒后再试"
    return answered(request, 429, [{"row": None, "field": "", "words": words}], Retry_After=str(refusal.wait))


@api.exception_handler(AuthenticationError)
def unknown_token(request, refusal):
    words = "没有令牌，或令牌不正确、已停用、已过期；请在“承办单位—接口令牌”开通"
    return answered(request, 401, [{"row": None, "field": "", "words": words}], WWW_Authenticate="Bearer")


@api.exception_handler(HttpError)
def refused(request, refusal):
    words = "请求内容不是有效的 JSON" if refusal.status_code == 400 else str(refusal)
    return answered(request, refusal.status_code, [{"row": None, "field": "", "words": words}])


# --- doors -----------------------------------------------------------------------------------------------------------
def doors():
    """The operations, opened to whoever holds a token: the sign-in of people does not count here."""
    found = [door for door in api.urls[0] if door.name != "api-root"]
    for door in found:
        door.callback = login_not_required(door.callback)
    return found


def description():
    """The OpenAPI document, made from the code above."""
    return api.get_openapi_schema(path_prefix=MOUNTED_AT)
