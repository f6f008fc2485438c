"""Authoring in a real browser: by keyboard only, two hundred rows pasted from Excel, two people on one chapter."""

import pytest

from tests import builders
from tests.e2e.test_walk import stage as stage  # noqa: PLC0414  the same browser, people and clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("transactions")]

PASTE = """([name, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const cell = document.querySelector(`[name="${name}"]`);
  cell.focus();
  cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
ROW = "村级站点{n}\t物流\t共同配送\t服务购买\t购买服务\t{n}00\t\t\t建成站点\t{n}\t个"


def _save_by_keyboard(page, words):
    button = page.get_by_role("button", name=words).last
    button.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_line_is_added_by_keyboard_and_a_block_is_pasted(stage):
    cast, person = stage
    plan = builders.draft_plan(cast)
    clerk = person("queshan-commerce")
    clerk.look(f"/plans/{plan.pk}/lines/")
    keys = clerk.page.keyboard
    clerk.page.locator("[name=lines-6-name]").focus()
    keys.type("村级站点")
    for down in (1, 1, 4, 2):  # 物流, 共同配送, 服务购买, 购买服务
        keys.press("Tab")
        for _ in range(down):
            keys.press("ArrowDown")
    for words in ("1000", "", "", "建成站点", "3", "个"):
        keys.press("Tab")
        keys.type(words)
    keys.press("Control+Enter")
    assert clerk.page.evaluate("document.activeElement.name") == "lines-7-name"
    keys.press("ArrowUp")
    assert clerk.page.evaluate("document.activeElement.name") == "lines-6-name"
    _save_by_keyboard(clerk.page, "保存资金安排")
    assert plan.lines.get(no=7).support == "purchase"

    clerk.look(f"/plans/{plan.pk}/lines/")
    block = "\n".join(ROW.format(n=n) for n in range(1, 201))
    clerk.page.evaluate(PASTE, ["lines-7-name", block])
    _save_by_keyboard(clerk.page, "保存资金安排")
    assert plan.lines.count() == 207 and plan.lines.get(no=207).sub_category == "logistics_joint"


def test_two_people_on_one_chapter_choose(stage):
    cast, person = stage
    plan = builders.draft_plan(cast)
    first, second = person("queshan-commerce"), person("queshan-finance")
    path = f"/plans/{plan.pk}/chapters/brand/"
    for who in (first, second):
        who.look(path)
    second.page.fill("[name=text]", "财政局写的品牌")
    second.press("保存本章")
    first.page.fill("[name=text]", "商务局写的品牌")
    both = first.press("保存本章")
    assert "财政局写的品牌" in both and "商务局写的品牌" in both
    first.page.locator("[name=keep-text][value=both]").focus()
    first.page.keyboard.press("Space")
    _save_by_keyboard(first.page, "按以上选择保存")
    assert plan.sections.get(key="brand").text == "财政局写的品牌\n\n商务局写的品牌"
    for page in ("targets/", "lines/paste/", "lines/import/", ""):
        first.look(f"/plans/{plan.pk}/{page}")
