"""The staff's site in a browser."""

from playwright.sync_api import expect


def test_staff_log_in_and_out(open_page, director):
    page = open_page("/admin/")
    page.get_by_label("Имя пользователя").fill(director.username)
    page.get_by_label("Пароль").fill("correct horse")
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("banner")).to_contain_text(director.username)
    page.get_by_role("button", name="Выйти").click()
    expect(page.get_by_role("main")).not_to_contain_text("Сменить пароль")
