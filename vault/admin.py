"""Members, files and keys for operators to look at, and the operators' own accounts (spec §0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.template.defaultfilters import filesizeformat

from audit.admin import ReadOnly
from vault.models import File, KeyPair, Member, Operator, User
from vault.services.operators import set_active

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.forms import ModelForm
    from django.http import HttpRequest

    _MemberAdmin = admin.ModelAdmin[Member]
    _FileAdmin = admin.ModelAdmin[File]
    _KeyPairAdmin = admin.ModelAdmin[KeyPair]
    _OperatorAdmin = UserAdmin[Operator]
else:
    # Generic to the type checker alone.
    _MemberAdmin = _FileAdmin = _KeyPairAdmin = admin.ModelAdmin
    _OperatorAdmin = UserAdmin


@admin.register(Member)
class MemberAdmin(ReadOnly, _MemberAdmin):
    """Who has a vault, and how much lies in it. Nobody here can make one or set a password."""

    actions = ("activate", "deactivate")
    fields = (
        "username",
        "id",
        "is_active",
        "date_joined",
        "last_login",
        "generation",
        "chain_seq",
        "chain_hash",
        "stored",
    )
    readonly_fields = fields
    list_display = (
        "username",
        "is_active",
        "date_joined",
        "generation",
        "chain_seq",
        "files",
        "stored",
    )
    list_filter = ("is_active", "date_joined")
    search_fields = ("username", "id")
    ordering = ("username",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        return cast("QuerySet[Member]", Member.objects.members().with_usage())

    def has_let_in_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("vault.change_member")

    @admin.action(description="Activate the selected members", permissions=["let_in"])
    def activate(self, request: HttpRequest, members: QuerySet[Member]) -> None:
        self._set_active(request, members, True)

    @admin.action(
        description="Deactivate the selected members (ends their sessions)", permissions=["let_in"]
    )
    def deactivate(self, request: HttpRequest, members: QuerySet[Member]) -> None:
        self._set_active(request, members, False)

    @admin.display(description="files and folders", ordering="file_count")
    def files(self, member: Any) -> int:
        return int(member.file_count)

    @admin.display(description="storage used", ordering="storage")
    def stored(self, member: Any) -> str:
        return filesizeformat(member.storage)

    def _set_active(self, request: HttpRequest, members: QuerySet[Member], is_active: bool) -> None:
        operator = cast("User", request.user)
        changed = sum(set_active(member.pk, is_active, operator) for member in members)
        self.message_user(request, f"{changed} members changed.")


@admin.register(File)
class FileAdmin(ReadOnly, _FileAdmin):
    """Files by identifier and size; their names are sealed."""

    fields = ("id", "owner", "current", "created_at", "versions", "stored")
    readonly_fields = fields
    list_display = ("id", "owner", "created_at", "versions", "stored")
    list_select_related = ("owner",)
    search_fields = ("id", "owner__username")
    ordering = ("-created_at", "id")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[File]:
        return File.objects.with_usage()

    @admin.display(ordering="version_count")
    def versions(self, file: Any) -> int:
        return int(file.version_count)

    @admin.display(description="storage used", ordering="storage")
    def stored(self, file: Any) -> str:
        return filesizeformat(file.storage)


@admin.register(KeyPair)
class KeyPairAdmin(ReadOnly, _KeyPairAdmin):
    """The members' generations and their age."""

    fields = ("user", "generation", "announced_at", "retired_at")
    readonly_fields = fields
    list_display = fields
    list_select_related = ("user",)
    list_filter = ("announced_at", "retired_at")
    search_fields = ("user__username",)
    ordering = ("-announced_at", "pk")
    show_full_result_count = False


class OperatorCreationForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """Username and password, under the name rules that members have."""

    class Meta:
        model = Operator
        fields = ("username",)


class OperatorChangeForm(UserChangeForm):  # type: ignore[type-arg]
    """What can be changed of an operator."""

    class Meta:
        model = Operator
        fields = ("username", "is_active", "is_superuser", "groups", "user_permissions")


@admin.register(Operator)
class OperatorAdmin(_OperatorAdmin):
    """The people who run this server."""

    form = OperatorChangeForm
    add_form = OperatorCreationForm
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (
            "Permissions",
            {"fields": ("is_active", "is_superuser", "groups", "user_permissions")},
        ),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    list_display = ("username", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("username",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Operator]:
        # A member is out of reach of every form here, the one that sets a password above all.
        return cast("QuerySet[Operator]", Operator.objects.operators())

    def save_model(
        self, request: HttpRequest, operator: Operator, form: ModelForm[Any], change: bool
    ) -> None:
        operator.is_staff = True
        super().save_model(request, operator, form, change)
