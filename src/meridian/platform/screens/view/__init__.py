"""What a page shows, as frozen values: the contract between derivation (declarations) and presentation (templates).

Every template gets two names: `shell` (`Shell`) and `page` (the page's class, whose docstring names its template).
Values are plain: `str` or lazy translation, `Decimal`, `date`, aware `datetime`. Templates format them; nothing here is
markup, and no value is pre-formatted unless its field says so. URLs are complete paths with their query.
"""

from .base import Action as Action
from .base import Badge as Badge
from .base import Cell as Cell
from .base import CellKind as CellKind
from .base import Column as Column
from .base import Crumb as Crumb
from .base import GateCount as GateCount
from .base import Icon as Icon
from .base import KeyValue as KeyValue
from .base import Link as Link
from .base import Note as Note
from .base import Option as Option
from .base import Progress as Progress
from .base import Row as Row
from .base import SignPrompt as SignPrompt
from .base import Tag as Tag
from .base import Text as Text
from .base import Tone as Tone
from .base import Value as Value
from .document import Attachment as Attachment
from .document import ChainLink as ChainLink
from .document import Change as Change
from .document import DocumentPage as DocumentPage
from .document import Fact as Fact
from .document import GatePanel as GatePanel
from .document import GateRow as GateRow
from .document import LineGrid as LineGrid
from .document import RecordPager as RecordPager
from .document import Section as Section
from .document import SignatureRow as SignatureRow
from .document import StatusStep as StatusStep
from .document import TimelineEntry as TimelineEntry
from .document import TrailRow as TrailRow
from .editing import EditField as EditField
from .editing import EditLines as EditLines
from .editing import EditPage as EditPage
from .editing import EditRow as EditRow
from .editing import FieldGroup as FieldGroup
from .editing import MergeField as MergeField
from .editing import MergePage as MergePage
from .listing import Chip as Chip
from .listing import EmptyState as EmptyState
from .listing import Filter as Filter
from .listing import ListPage as ListPage
from .listing import ListTools as ListTools
from .listing import OwnView as OwnView
from .listing import Pager as Pager
from .listing import Total as Total
from .listing import ViewTab as ViewTab
from .pages import ActionPage as ActionPage
from .pages import HomePage as HomePage
from .pages import MessagePage as MessagePage
from .pages import Tile as Tile
from .pages import Todo as Todo
from .pages import TrailPage as TrailPage
from .shell import BottomItem as BottomItem
from .shell import Menu as Menu
from .shell import MenuGroup as MenuGroup
from .shell import MenuItem as MenuItem
from .shell import MenuLeaf as MenuLeaf
from .shell import Message as Message
from .shell import Shell as Shell
from .shell import SimulatedClock as SimulatedClock
from .shell import UserMenu as UserMenu
from .trace import Graph as Graph
from .trace import GraphColumn as GraphColumn
from .trace import GraphEdge as GraphEdge
from .trace import GraphNode as GraphNode
