"""The jump list: the way back to where one has been, and forward again. Pure."""

from dataclasses import dataclass

from paperlab.tui.places import Place

_MOST = 100


@dataclass(frozen=True, slots=True)
class Jumps:
    """Places that were left by a jump, and those that going back has left."""

    behind: tuple[Place, ...] = ()
    ahead: tuple[Place, ...] = ()

    def left(self, place: Place) -> "Jumps":
        """A jump begins here: what was ahead is forgotten."""
        behind = tuple(other for other in self.behind if other != place)
        return Jumps((*behind, place)[-_MOST:])

    def back(self, here: Place) -> "tuple[Jumps, Place] | None":
        """Where the last jump began; None at the first one."""
        behind = self.behind[:-1] if self.behind and self.behind[-1] == here else self.behind
        return (Jumps(behind[:-1], (here, *self.ahead)), behind[-1]) if behind else None

    def forward(self, here: Place) -> "tuple[Jumps, Place] | None":
        """Where `back` came from; None at the last one."""
        return (Jumps((*self.behind, here), self.ahead[1:]), self.ahead[0]) if self.ahead else None
