"""Roles are sets of behaviours, changed at run time: what is changed holds on the next request."""

from collections.abc import Callable
from typing import Any

import pytest

from handcart.domain.permissions import BEHAVIOURS, ROLE_BEHAVIOURS
from tests.api.ccadmin import Ccadmin, ccadmin, refused
from tests.api.oauth import issued, refresh, sign_in_staff
from tests.client import Api, in_parallel
from tests.client import refused as refused_in_commerce
from tests.project import Project

__all__ = ["ccadmin"]


def rows(project: Project) -> Any:
    """Everything there is of staff and roles, to prove that nothing changed."""
    return [
        project.sql.rows(f"SELECT * FROM {table} WHERE project = $1 ORDER BY 2, 3", project.key)
        for table in ("roles", "staff")
    ]


def as_staff(project: Project, username: str) -> Api:
    """A member of staff on ``/ccadmin/v1``."""
    member = project.staff(username)
    return Api(member.http, "/ccadmin/v1", member.token)


def test_a_project_starts_with_the_built_in_roles(ccadmin: Ccadmin):
    found = ccadmin.read("/roles")
    assert (found["total"], found["offset"], found["limit"]) == (5, 0, 250)
    assert {each["key"]: frozenset(each["behaviours"]) for each in found["items"]} == ROLE_BEHAVIOURS
    assert ccadmin.read("/roles/CSR") == {
        "key": "CSR",
        "name": "CSR",
        "behaviours": sorted(ROLE_BEHAVIOURS["CSR"]),
    }
    assert [each["key"] for each in ccadmin.read("/roles", q='key sw "CSR"', sort="key:desc")["items"]] == [
        "CSRCustomerUpdate",
        "CSR",
    ]


def test_a_role_is_made_and_replaced(ccadmin: Ccadmin):
    made = {"key": "Trainee", "name": "In training", "behaviours": ["customer:read", "order:read"]}
    request = {"name": "In training", "behaviours": ["order:read", "customer:read", "order:read"]}
    assert ccadmin.write("PUT", "/roles/Trainee", request) == made
    assert ccadmin.write("PUT", "/roles/Trainee", made) == made
    limited = {
        "key": "Trainee",
        "name": "Trainee",
        "behaviours": ["cart:write"],
        "limits": {"actions": ["addLineItem"], "priceAdjustmentPercentMax": 10},
    }
    assert ccadmin.write("PUT", "/roles/Trainee", limited) == limited
    assert ccadmin.read("/roles/Trainee") == limited
    del limited["limits"]
    assert ccadmin.write("PUT", "/roles/Trainee", limited) == limited
    assert ccadmin.read("/roles/Trainee") == limited


def test_a_changed_role_holds_on_the_next_request_of_everybody_who_has_it(project: Project, ccadmin: Ccadmin):
    csr = project.staff("csr2")
    assert csr.get("/customers").status_code == 200
    ccadmin.write("PUT", "/roles/CSR", {"behaviours": ["customer:create"]})
    refused_in_commerce(csr.get("/customers"), 403, "insufficient_scope")
    refused_in_commerce(csr.post("/customers", {}), 400, "RequiredField")
    assert project.staff("csr1").get("/customers").status_code == 200


@pytest.mark.parametrize(
    ("key", "body", "code"),
    [
        ("Trainee", {}, "RequiredField"),
        ("Trainee", {"behaviours": ["fly"]}, "InvalidField"),
        ("Trainee", {"behaviours": "customer:read"}, "InvalidField"),
        ("Trainee", {"behaviours": [], "key": "Other"}, "InvalidField"),
        ("Trainee", {"behaviours": [], "name": ""}, "InvalidField"),
        ("Trainee", {"behaviours": [], "name": "a\u0000b"}, "InvalidField"),
        ("Trainee", {"behaviours": [], "colour": "red"}, "InvalidField"),
        ("Trainee", {"behaviours": [], "limits": {"actions": ["fly"]}}, "InvalidField"),
        ("Trainee", {"behaviours": [], "limits": {"priceAdjustmentPercentMax": 101}}, "InvalidField"),
        ("Trainee", {"behaviours": [], "limits": {"priceAdjustmentPercentMax": 2.5}}, "InvalidField"),
        ("Trainee", {"behaviours": [], "limits": {"days": 3}}, "InvalidField"),
        ("x", {"behaviours": []}, "InvalidField"),
        ("a%20b", {"behaviours": []}, "InvalidField"),
    ],
)
def test_what_is_no_role_is_refused(project: Project, ccadmin: Ccadmin, key: str, body: Any, code: str):
    before = rows(project)
    refused(ccadmin.api.put(f"/roles/{key}", body), 400, code)
    assert rows(project) == before


def test_a_role_is_deleted_when_nobody_has_it(project: Project, ccadmin: Ccadmin):
    ccadmin.write("PUT", "/roles/Trainee", {"behaviours": []})
    ccadmin.write("PUT", "/staff/csr2", {"name": "Casey", "roles": ["Trainee", "CSR"]})
    before = rows(project)
    refused(ccadmin.api.delete("/roles/Trainee"), 400, "ReferenceExists", referencedBy="member of staff")
    assert rows(project) == before
    ccadmin.write("PUT", "/staff/csr2", {"name": "Casey", "roles": ["CSR"]})
    assert ccadmin.api.delete("/roles/Trainee").status_code == 204
    for response in (ccadmin.api.get("/roles/Trainee"), ccadmin.api.delete("/roles/Trainee")):
        refused(response, 404, "ResourceNotFound")


def test_a_member_of_staff_is_taken_on_and_signs_in(project: Project, ccadmin: Ccadmin):
    request = {"name": "Nora New", "roles": ["CSR"], "password": "first"}
    made = ccadmin.write("PUT", "/staff/nora", request)
    assert made == {"id": made["id"], "username": "nora", "name": "Nora New", "roles": ["CSR"], "hasPassword": True}
    assert ccadmin.read("/staff/nora") == made
    assert made in ccadmin.read("/staff")["items"]
    assert "argon2" not in ccadmin.api.get("/staff").text
    token = issued(sign_in_staff(project, "nora", "first"))["access_token"]
    assert project.api(token).get("/customers").status_code == 200
    changed = ccadmin.write("PUT", "/staff/nora", {"name": "Nora", "roles": [], "username": "nora"})
    assert changed == {**made, "name": "Nora", "roles": []}
    refused_in_commerce(project.api(token).get("/customers"), 403, "insufficient_scope")
    issued(sign_in_staff(project, "nora", "first"))


def test_without_a_password_nobody_signs_in_by_one(project: Project, ccadmin: Ccadmin):
    assert ccadmin.write("PUT", "/staff/nora", {"name": "Nora", "roles": []})["hasPassword"] is False
    assert sign_in_staff(project, "nora", "").status_code == 400
    assert sign_in_staff(project, "nora", "pw").status_code == 400


def test_a_new_password_ends_what_the_former_one_began(project: Project, ccadmin: Ccadmin):
    signed_in = issued(sign_in_staff(project, "csr2"))
    other = issued(sign_in_staff(project, "csr1"))
    ccadmin.write("PUT", "/staff/csr2", {"name": "Casey", "roles": ["CSR"], "password": "second"})
    refused_in_commerce(project.api(signed_in["access_token"]).get("/customers"), 401, "invalid_token")
    assert refresh(project, signed_in["refresh_token"], client="backend").status_code == 400
    assert sign_in_staff(project, "csr2").status_code == 400
    issued(sign_in_staff(project, "csr2", "second"))
    assert project.api(other["access_token"]).get("/customers").status_code == 200


def test_who_leaves_is_signed_out(project: Project, ccadmin: Ccadmin):
    signed_in = issued(sign_in_staff(project, "csr2"))
    assert ccadmin.api.delete("/staff/csr2").status_code == 204
    refused_in_commerce(project.api(signed_in["access_token"]).get("/customers"), 401, "invalid_token")
    assert refresh(project, signed_in["refresh_token"], client="backend").status_code == 400
    assert sign_in_staff(project, "csr2").status_code == 400
    for response in (ccadmin.api.get("/staff/csr2"), ccadmin.api.delete("/staff/csr2")):
        refused(response, 404, "ResourceNotFound")


@pytest.mark.parametrize(
    ("username", "body", "code"),
    [
        ("nora", {"name": "Nora"}, "RequiredField"),
        ("nora", {"roles": []}, "RequiredField"),
        ("nora", {"name": "", "roles": []}, "InvalidField"),
        ("nora", {"name": "Nora", "roles": ["Nobody"]}, "InvalidField"),
        ("nora", {"name": "Nora", "roles": [], "password": ""}, "InvalidInput"),
        ("nora", {"name": "Nora", "roles": [], "username": "vera"}, "InvalidField"),
        ("nora", {"name": "Nora", "roles": [], "passwordHash": "x"}, "InvalidField"),
        ("nora", {"name": "Nora", "roles": [], "identity": {"issuer": "https://id.example.com"}}, "RequiredField"),
        ("nora", {"name": "Nora", "roles": [], "identity": {"issuer": "", "subject": "1"}}, "InvalidField"),
        ("%20nora", {"name": "Nora", "roles": []}, "InvalidField"),
        ("no%00ra", {"name": "Nora", "roles": []}, "InvalidField"),
        ("n" * 513, {"name": "Nora", "roles": []}, "InvalidField"),
    ],
)
def test_what_is_no_member_of_staff_is_refused(project: Project, ccadmin: Ccadmin, username: str, body: Any, code: str):
    before = rows(project)
    refused(ccadmin.api.put(f"/staff/{username}", body), 400, code)
    assert rows(project) == before


def test_an_identity_is_one_persons(project: Project, ccadmin: Ccadmin):
    identity = {"issuer": "https://id.example.com", "subject": "1"}
    made = ccadmin.write("PUT", "/staff/nora", {"name": "Nora", "roles": [], "identity": identity})
    assert made["identity"] == identity
    assert ccadmin.write("PUT", "/staff/nora", {"name": "Nora", "roles": []})["identity"] == identity
    before = rows(project)
    body = {"name": "Vera", "roles": [], "identity": identity}
    refused(ccadmin.api.put("/staff/vera", body), 400, "DuplicateField", field="identity.subject")
    assert rows(project) == before


LAST: dict[str, Callable[[Ccadmin], Any]] = {
    "the role": lambda each: each.api.put("/roles/Admin", {"behaviours": sorted(BEHAVIOURS - {"admin:staff"})}),
    "the roles of the member": lambda each: each.api.put("/staff/admin", {"name": "Ada", "roles": ["CSR"]}),
    "the member": lambda each: each.api.delete("/staff/admin"),
}


@pytest.mark.parametrize("way", LAST)
def test_nobody_takes_away_the_last_administrator_of_staff(project: Project, ccadmin: Ccadmin, way: str):
    before = rows(project)
    error = refused(LAST[way](ccadmin), 400, "InvalidOperation")
    assert error["devMessage"] == "LastAdministrator"
    assert rows(project) == before
    # Somebody who cannot sign in is no other administrator; somebody who can is.
    ccadmin.write("PUT", "/roles/Chief", {"behaviours": ["admin:staff"]})
    ccadmin.write("PUT", "/staff/nora", {"name": "Nora", "roles": ["Chief"]})
    assert refused(LAST[way](ccadmin), 400, "InvalidOperation")["devMessage"] == "LastAdministrator"
    ccadmin.write("PUT", "/staff/nora", {"name": "Nora", "roles": ["Chief"], "password": "pw"})
    assert LAST[way](ccadmin).status_code in (200, 204)


def test_two_administrators_cannot_take_each_other_away(project: Project, ccadmin: Ccadmin):
    ccadmin.write("PUT", "/staff/nora", {"name": "Nora", "roles": ["Admin"], "password": "pw"})
    ada, nora = as_staff(project, "admin"), as_staff(project, "nora")
    answers = in_parallel([lambda: ada.delete("/staff/nora"), lambda: nora.delete("/staff/admin")])
    # Whoever was faster has signed the other one out, perhaps before its request was looked at.
    assert sorted(each.status_code for each in answers)[0] == 204
    assert {each.status_code for each in answers} <= {204, 400, 401, 403}
    left = [each["username"] for each in ccadmin.read("/staff")["items"] if "Admin" in each["roles"]]
    assert len(left) == 1


def test_staff_administers_staff_by_a_behaviour_of_its_own(project: Project, ccadmin: Ccadmin):
    ccadmin.write("PUT", "/roles/Chief", {"behaviours": ["admin:staff"]})
    ccadmin.write("PUT", "/staff/csr2", {"name": "Casey", "roles": ["Chief"]})
    chief = as_staff(project, "csr2")
    assert chief.read("/roles/Chief")["behaviours"] == ["admin:staff"]
    refused(as_staff(project, "csr1").get("/roles/Chief"), 403, "insufficient_scope")
    settings = project.api(project.token(client="backend", scope="manage_project_settings")).outside()
    refused(settings.put("/ccadmin/v1/staff/csr2", {"name": "Casey", "roles": ["Admin"]}), 403, "insufficient_scope")


def test_a_project_has_roles_and_staff_of_its_own(ccadmin: Ccadmin, other_project: Project):
    ccadmin.write("PUT", "/roles/Trainee", {"behaviours": []})
    ccadmin.write("PUT", "/staff/nora", {"name": "Nora", "roles": ["Trainee"]})
    other = Ccadmin(other_project)
    refused(other.api.get("/roles/Trainee"), 404, "ResourceNotFound")
    refused(other.api.get("/staff/nora"), 404, "ResourceNotFound")
