"""What a person lets a vital emergency do: three choices, two of them oppositions.

The DMP asks the three: regulation by SAMU-Centre 15 (ETREAT), other professionals who
break the glass (BTG), and what is masked (MASKED). The first two are oppositions of
their own (CSP L.1111-17, R.1111-48): one says nothing of the other.
"""

from dataclasses import dataclass

from labels.codes import Purpose


@dataclass(frozen=True, slots=True)
class EmergencyChoices:
    """Whether each access is let in, and whether masks yield to it.

    Without a word of the person both are let in and masks hold: the law opens unless one
    opposed, and nothing in it lifts a mask.
    """

    samu: bool = True
    others: bool = True
    masked: bool = False

    def __post_init__(self) -> None:
        """Keep a choice that could never matter from waiting to matter later."""
        if self.masked and not (self.samu or self.others):
            raise ValueError("masked: nobody is let in in an emergency")

    def lets_in(self, purpose: Purpose) -> bool:
        """Return whether the person did not oppose an access for this purpose.

        Only ETREAT (SAMU) and BTG (*bris de glace*) are accesses of an emergency.
        """
        match purpose:
            case Purpose.ETREAT:
                return self.samu
            case Purpose.BTG:
                return self.others
            case _:
                return False
