"""Answers to the exercise of lesson 13 that must pass, and ones that must not.

Where PyTorch is missing, none of them is called.
"""

try:
    import torch
except ImportError:
    torch = None

RIGHT = {}  # grade id: {what is particular about it: answer}
WRONG = {}  # grade id: {the mistake: (answer, a part of what the learner is told)}


# td_loss


def loss_by_detaching(online, target, batch, gamma):
    rows = torch.arange(len(batch.actions))
    best = target(batch.next_observations).amax(1).detach()
    goes_on = 1 - batch.terminated.float()
    error = online(batch.observations)[rows, batch.actions] - batch.rewards - gamma * goes_on * best
    return (error**2).sum() / (2 * len(error))


def loss_by_torch_s_own(online, target, batch, gamma):
    q = online(batch.observations).gather(1, batch.actions.unsqueeze(1))
    with torch.no_grad():
        best = target(batch.next_observations).max(1, keepdim=True).values
        best[batch.terminated] = 0.0
        wanted = batch.rewards.unsqueeze(1) + gamma * best
    return 0.5 * torch.nn.functional.mse_loss(q, wanted)


def loss_one_by_one(online, target, batch, gamma):
    losses = []
    for k, action in enumerate(batch.actions):
        wanted = batch.rewards[k]
        if not batch.terminated[k]:
            with torch.inference_mode():
                wanted = wanted + gamma * target(batch.next_observations[k]).max()
        losses.append((online(batch.observations[k])[action] - float(wanted)) ** 2 / 2)
    return torch.stack(losses).mean()


RIGHT["13_td_loss"] = {
    "a detach": loss_by_detaching,
    "columns, and torch's own loss": loss_by_torch_s_own,
    "one by one": loss_one_by_one,
}


def changed_loss(
    *,
    goes_on=lambda terminated: ~terminated,
    chooses=lambda values: values.amax(1),
    learns=lambda best: best.detach(),
    of_actions=lambda q, actions: q.gather(1, actions[:, None]).squeeze(1),
    result=lambda error: error.square().mean() / 2,
    network=lambda online, target: target,
    factor=lambda gamma: gamma,
    rate=1.0,
):
    """Return a right td_loss but for the parts that are given."""

    def td_loss(online, target, batch, gamma):
        best = learns(chooses(network(online, target)(batch.next_observations)))
        wanted = batch.rewards + factor(gamma) * goes_on(batch.terminated) * best
        q = of_actions(online(batch.observations), batch.actions)
        wanted = (1 - rate) * q.detach() + rate * wanted
        return result(q - wanted)

    return td_loss


def loss_that_learns(online, target, batch, gamma):
    loss = changed_loss()(online, target, batch, gamma)
    with torch.no_grad():
        *_, bias = online.parameters()
        bias -= 0.01
    return loss


WRONG["13_td_loss"] = {
    "the targets are differentiated": (
        changed_loss(learns=lambda best: best),
        "the target network got a gradient",
    ),
    "the end of a game is forgotten": (
        changed_loss(goes_on=lambda terminated: torch.ones_like(terminated)),
        "8 ends and gamma=0.9, the loss is",
    ),
    "the wrong way round": (
        changed_loss(goes_on=lambda terminated: terminated),
        "0 ends and gamma=0.9, the loss is",
    ),
    "one minus a tensor of bools": (
        changed_loss(goes_on=lambda terminated: 1 - terminated),
        "your code raised RuntimeError: Subtraction, the `-` operator",
    ),
    "values in a column against targets in a row": (
        changed_loss(of_actions=lambda q, actions: q.gather(1, actions[:, None])),
        "the loss is",
    ),
    "the values of all actions": (
        changed_loss(of_actions=lambda q, actions: q.mean(1)),
        "the loss is",
    ),
    "the largest of the batch": (
        changed_loss(chooses=lambda values: values.amax()),
        "the loss is",
    ),
    "the mean of the next values": (
        changed_loss(chooses=lambda values: values.mean(1)),
        "the loss is",
    ),
    "max's pair": (
        changed_loss(chooses=lambda values: values.max(1), learns=lambda pair: pair),
        "your code raised TypeError",
    ),
    "the online network as its own target": (
        changed_loss(network=lambda online, target: online),
        "the loss is",
    ),
    "targets that are half the old values": (changed_loss(rate=0.5), "the loss is"),
    "no discount": (changed_loss(factor=lambda gamma: 1.0), "gamma=0.9, the loss is"),
    "not halved": (changed_loss(result=lambda error: error.square().mean()), "the loss is"),
    "the sum": (
        changed_loss(result=lambda error: error.square().sum() / 2),
        "for a batch of 8",
    ),
    "Huber's": (
        changed_loss(result=lambda error: error.abs().clamp(max=1).square().mean() / 2),
        "the loss is",
    ),
    "not averaged": (
        changed_loss(result=lambda error: error.square() / 2),
        "one number was expected, got a tensor of the shape (1,)",
    ),
    "a number": (
        changed_loss(result=lambda error: (error.square().mean() / 2).item()),
        "a tensor was expected",
    ),
    "nothing can be learnt": (
        changed_loss(result=lambda error: (error.square().mean() / 2).detach()),
        "the loss has no gradient",
    ),
    "the parameters are changed at once": (loss_that_learns, "must stay as they were"),
}
