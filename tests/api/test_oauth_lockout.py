"""Guessing passwords: it ends after ten failures, for accounts that exist and for those that do not."""

from collections.abc import Callable
from functools import partial

import httpx
import pytest

from tests.api.oauth import client_token, issued, oauth_refused, sign_in, sign_in_staff, tokens_kept
from tests.client import in_parallel, refused
from tests.conftest import Project

Attempt = Callable[..., httpx.Response]

FIFTEEN_MINUTES = 900


def locked_out(response: httpx.Response) -> None:
    refused(response, 429, "OverCapacity")
    assert 1 <= int(response.headers["retry-after"]) <= FIFTEEN_MINUTES


def let_time_pass(project: Project) -> None:
    """As if the failures were a quarter of an hour older."""
    project.sql.execute(
        "UPDATE sign_in_failures SET locked_until = locked_until - interval '15 minutes 1 second', "
        "failed_at = failed_at - interval '15 minutes 1 second' WHERE project = $1",
        project.key,
    )


@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com"])
def test_ten_wrong_passwords_lock_an_account_whether_it_exists_or_not(project: Project, email: str) -> None:
    for _ in range(10):
        oauth_refused(sign_in(project, email, "wrong"), 400, "invalid_customer_account_credentials")
    locked_out(sign_in(project, email, "wrong"))
    locked_out(sign_in(project, email.upper(), "pw"))
    assert tokens_kept(project) == 0
    issued(sign_in(project, "bob@example.com"))


def test_a_locked_account_opens_after_a_quarter_of_an_hour(project: Project) -> None:
    for _ in range(10):
        sign_in(project, password="wrong")
    locked_out(sign_in(project))
    let_time_pass(project)
    oauth_refused(sign_in(project, password="wrong"), 400, "invalid_customer_account_credentials")
    issued(sign_in(project))


def test_only_failures_in_a_row_count(project: Project) -> None:
    for _ in range(2):
        for _ in range(9):
            oauth_refused(sign_in(project, password="wrong"), 400, "invalid_customer_account_credentials")
        issued(sign_in(project))
    assert project.sql.value("SELECT count(*) FROM sign_in_failures WHERE project = $1", project.key) == 0


def test_failures_a_quarter_of_an_hour_ago_do_not_count(project: Project) -> None:
    for _ in range(9):
        sign_in(project, password="wrong")
    let_time_pass(project)
    for _ in range(9):
        oauth_refused(sign_in(project, password="wrong"), 400, "invalid_customer_account_credentials")
    issued(sign_in(project))


def test_staff_are_locked_apart_from_customers_and_projects_from_each_other(
    project: Project, other_project: Project
) -> None:
    for _ in range(10):
        oauth_refused(sign_in_staff(project, password="wrong"), 400, "invalid_grant")
    locked_out(sign_in_staff(project))
    issued(sign_in_staff(project, "csr1"))
    issued(sign_in_staff(other_project))
    oauth_refused(sign_in(project, "agent7"), 400, "invalid_customer_account_credentials")


def test_ten_wrong_secrets_lock_a_client_for_their_address(project: Project) -> None:
    attempt = partial(sign_in, project)
    for _ in range(10):
        oauth_refused(attempt(secret="wrong"), 401, "invalid_client")
    locked_out(attempt())
    issued(sign_in(project, client="admin"))


def test_of_many_guesses_at_once_no_more_learn_anything(project: Project) -> None:
    guesses: list[Callable[[], httpx.Response]] = [partial(sign_in, project, password="wrong") for _ in range(30)]
    answers = in_parallel(guesses)
    assert {each.status_code for each in answers} <= {400, 429}
    locked_out(sign_in(project))
    row = project.sql.row("SELECT failures FROM sign_in_failures WHERE project = $1", project.key)
    assert row["failures"] >= 10


def test_failures_are_kept_without_the_address(project: Project) -> None:
    sign_in(project, "somebody@example.com", "wrong")
    row = project.sql.row("SELECT * FROM sign_in_failures WHERE project = $1", project.key)
    assert len(row["subject"]) == 32
    assert row["failures"] == 1
    assert client_token(project).status_code == 200
