"""What passes between the page and the kernel, counted: no clock is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from screen import Screen

# Counts in window.tally: how many events each message to the kernel has, how many answers came
# back, how large each picture was that came, how many pictures the page still holds, how many
# events waited for an answer at most, and what moved on the page.
COUNTER = """root => {
    const tally = window.tally = {messages: [], answers: 0, pictures: [], held: 0, waiting: 0};
    tally.moved = [];
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    kernel.anyMessage.connect((_, {msg, direction}) => {
        if (msg.header.msg_type !== 'comm_msg') return;
        const {content = {}, state = {}} = msg.content.data;
        if (direction === 'send') {
            if (content.kind === 'events') tally.messages.push(content.events.length);
            return;
        }
        if ('seen' in content) tally.answers += 1;
        if ('number' in state)
            tally.pictures.push(msg.buffers.reduce((bytes, each) => bytes + each.byteLength, 0));
    });
    new MutationObserver(() => {
        tally.waiting = Math.max(tally.waiting, root.dataset.sent - root.dataset.seen);
    }).observe(root, {attributes: true});
    const {createObjectURL: create, revokeObjectURL: revoke} = URL;
    URL.createObjectURL = blob => { tally.held += 1; return create.call(URL, blob); };
    URL.revokeObjectURL = url => { tally.held -= 1; revoke.call(URL, url); };
    const shifted = shifts => {
        for (const shift of shifts)
            for (const source of shift.sources)
                if (source.node?.parentElement?.closest('.jp-Notebook'))
                    tally.moved.push([shift.value, source.node.className ?? source.node.nodeName]);
    };
    const shifts = new PerformanceObserver(list => shifted(list.getEntries()));
    shifts.observe({type: 'layout-shift', buffered: false});
    window.counted = async () => {
        for (let k = 0; k < 2; k++) await new Promise(requestAnimationFrame);
        shifted(shifts.takeRecords());
        return tally;
    };
}"""


class Tally:
    """Counts of what a view does from now on; its first picture is painted already."""

    def __init__(self, screen: Screen) -> None:
        screen.begins()
        self._page = screen.root.page
        screen.root.evaluate(COUNTER)

    def counts(self) -> dict:
        """Return all counts so far."""
        return self._page.evaluate("window.counted()")
