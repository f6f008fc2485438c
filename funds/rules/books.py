"""账表导出的规则：how much one paper and one workbook carry."""

from portal.rules import rule

PDF_ROWS, WORKBOOK_ROWS = 200, 10_000


@rule("P-090", "系统：账表的 PDF 每份不超过 200 行，按月分节；更多的导出 Excel")
def fits_on_paper(rows):
    if rows > PDF_ROWS:
        return f"所选范围有 {rows} 行，PDF 每份最多 {PDF_ROWS} 行；请缩小期间或增加筛选条件，或者导出 Excel"
    return None


@rule("P-091", "系统：账表的 Excel 每份不超过 10000 行，不截断；更多的分次导出")
def fits_in_a_workbook(rows):
    if rows > WORKBOOK_ROWS:
        return f"所选范围有 {rows} 行，Excel 每份最多 {WORKBOOK_ROWS} 行；请缩小期间或增加筛选条件，分次导出"
    return None
