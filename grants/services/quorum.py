"""Who counts in a sitting: seats, voices, proxies, and whether the quorum is there.

The rules by default are those of decree 2006-672 on advisory commissions: the quorum of
half the members, present (online too) or having given a proxy (art. 11); one proxy at most
(art. 10); no quorum on a second convocation for the same agenda (art. 11); whoever is
interested in a file takes no part in it (art. 13), and is left out of the quorum and of the
majority. Each scheme may say otherwise in its rules (``SchemeVersion``).
"""

from dataclasses import dataclass, field
from functools import cached_property
from math import ceil

from agency.core.clock import paris
from grants.choices import Attending, Capacity, Office, Via
from grants.models import Presence, Proxy
from grants.services import members, recused


@dataclass(frozen=True)
class Rules:
    """What the rules of a scheme say of a vote; the defaults are those of the decree."""

    quorum: int = 50
    proxies: int = 1
    majority: str = "simple"
    casting_vote: bool = True

    @classmethod
    def of(cls, version):
        """Those of a ``SchemeVersion``."""
        return cls(
            version.quorum, version.proxies, version.majority, version.casting_vote
        )


@dataclass(frozen=True)
class Voice:
    """A seat that counts: ``member`` whose voice it is, ``by`` whoever expresses it."""

    seat: object
    member: object
    by: object
    via: str = Via.IN_PERSON


@dataclass
class Count:
    """What is counted for an item, or at the opening when there is none."""

    seats: int = 0
    required: int = 0
    voices: list = field(default_factory=list)
    recused: list = field(default_factory=list)
    second: bool = False

    @property
    def counted(self):
        return len(self.voices)

    @property
    def ok(self):
        """Whether one may deliberate: the quorum is there, or none is asked any more.

        Somebody at least has to be there, a second convocation included.
        """
        enough = self.second or self.counted >= self.required
        return enough and self.counted > 0

    def of(self, person_key):
        """The voices that the person of this key expresses, their own first."""
        mine = [one for one in self.voices if one.by.person.pk == person_key]
        return sorted(mine, key=lambda one: one.via == Via.PROXY)

    def as_row(self):
        """What is kept of it (I8), persons by key."""
        proxies = [one for one in self.voices if one.via == Via.PROXY]
        return {
            "seats": self.seats,
            "required": self.required,
            "counted": self.counted,
            "ok": self.ok,
            "second": self.second,
            "present": [
                one.by.person.pk for one in self.voices if one.via != Via.PROXY
            ],
            "represented": [
                [one.member.person.pk, one.by.person.pk] for one in proxies
            ],
            "recused": [one.person.pk for one in self.recused],
        }


class House:
    """The members of a sitting and where they are, read once; six queries at most.

    ``schemes``: {key of a file: key of its scheme} of its agenda, when it is read already.
    """

    def __init__(self, sitting, schemes=None):
        self.sitting = sitting
        day = sitting.opened_at or sitting.meets_at
        self.members = list(
            members.in_office(sitting.session.activity_id, paris(day).date())
        )
        # Those of the day: a first convocation without its quorum left some as well.
        since = paris(day).replace(hour=0, minute=0, second=0, microsecond=0)
        rows = Presence.objects.filter(sitting=sitting, arrived_at__gte=since)
        rows = rows.order_by("arrived_at", "pk")
        self.presences = list(rows)
        self.here = {
            one.member_id: one for one in self.presences if one.left_at is None
        }
        self.shut = (
            recused.of_sitting(sitting)
            if schemes is None
            else recused.of_files(sitting, schemes)
        )
        self.by_key = {one.pk: one for one in self.members}

    @cached_property
    def proxies(self):
        """Those that hold now."""
        return list(Proxy.objects.filter(sitting=self.sitting, ended_at=None))

    # -- who ------------------------------------------------------------------------
    def member_of(self, person_key):
        """The seat of the person of this key, or None."""
        mine = (one for one in self.members if one.person.pk == person_key)
        return next(mine, None)

    def is_here(self, member):
        return member.pk in self.here

    def is_recused(self, member, application_key):
        return application_key in self.shut.get(member.person.pk, ())

    def recused_from(self, application_key):
        return [one for one in self.members if self.is_recused(one, application_key)]

    @property
    def titulars(self):
        return [one for one in self.members if one.capacity == Capacity.TITULAR]

    # -- voices ---------------------------------------------------------------------
    def count(self, application_key=None, rules=None):
        """The ``Count`` for a file, or for the sitting as a whole."""
        rules = rules or Rules()
        out, seats, voices = [], 0, []
        for seat in self.titulars:
            away = application_key and self.is_recused(seat, application_key)
            voice = self._voice(seat, application_key)
            if away:
                out.append(seat)
            if away and voice is None:
                continue  # left out of the quorum and of the majority
            seats += 1
            if voice is not None:
                voices.append(voice)
        required = ceil(seats * rules.quorum / 100)
        return Count(seats, required, voices, out, self.sitting.is_second)

    def _voice(self, seat, application_key):
        """How ``seat`` is expressed now: by its member, an alternate, a proxy; or None."""
        if self.is_here(seat) and not self.is_recused(seat, application_key):
            return Voice(seat, seat, seat, self._way(seat))
        if (other := self._alternate(seat, application_key)) is not None:
            return Voice(seat, other, other, self._way(other))
        if self.is_here(seat) or self.is_recused(seat, application_key):
            return None  # the proxy of whoever stands back is void for that item (I9)
        return self._represented(seat, application_key)

    def _way(self, member):
        remote = self.here[member.pk].mode == Attending.REMOTE
        return Via.REMOTE if remote else Via.IN_PERSON

    def _alternate(self, seat, application_key):
        """An alternate who is there and free to sit for ``seat``, or None."""
        for one in self.members:
            if one.capacity != Capacity.ALTERNATE or one.alternate_of_id != seat.pk:
                continue
            if self.is_here(one) and not self.is_recused(one, application_key):
                return one
        return None

    def _represented(self, seat, application_key):
        given = next((one for one in self.proxies if one.giver_id == seat.pk), None)
        holder = given and self.by_key.get(given.holder_id)
        if holder is None or not self.is_here(holder):
            return None
        if self.is_recused(holder, application_key):
            return None
        if holder.capacity == Capacity.ALTERNATE and not self._sits(
            holder, application_key
        ):
            return None
        return Voice(seat, seat, holder, Via.PROXY)

    def _sits(self, alternate, application_key):
        """Whether ``alternate`` sits now for whom they stand."""
        seat = self.by_key.get(alternate.alternate_of_id)
        if seat is None:
            return False
        own = self.is_here(seat) and not self.is_recused(seat, application_key)
        return not own and self._alternate(seat, application_key) == alternate

    # -- who leads ------------------------------------------------------------------
    def presiding(self, application_key=None):
        """The chair when they are there and free to lead this file, else the deputy.

        None when neither is: nobody else takes the chair by themselves.
        """
        for office in (Office.CHAIR, Office.DEPUTY):
            for one in self.members:
                free = one.office == office and self.is_here(one)
                if free and not self.is_recused(one, application_key):
                    return one
        return None
