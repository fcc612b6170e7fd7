"""The recurrences of the papers in NumPy, on vectors, with none of our code and none of optax's.

Called with its hyperparameters each gives a rule (slope, x, t) -> next x with t = 1, 2, … and `slope` the gradient as a
function; what it remembers is its own.  EPS is what optax adds to denominators where the papers leave it open.
"""

import numpy as np

EPS = 1e-8


def sgd(learning_rate):
    return lambda slope, x, t: x - learning_rate * slope(x)


def momentum(learning_rate, momentum):
    """Polyak 1964."""
    velocity = 0.0

    def rule(slope, x, t):
        nonlocal velocity
        velocity = momentum * velocity + slope(x)
        return x - learning_rate * velocity

    return rule


def nesterov(learning_rate, momentum):
    """Nesterov 1983 as Sutskever et al. 2013 write it, seen from the point where the gradient is taken."""
    velocity = 0.0

    def rule(slope, x, t):
        nonlocal velocity
        velocity = momentum * velocity + slope(x)
        return x - learning_rate * (slope(x) + momentum * velocity)

    return rule


def optimistic_gradient_descent(learning_rate, optimism):
    """Daskalakis et al. 2018, equation 7 for optimism 1; the gradient before the first is the first."""
    last = None

    def rule(slope, x, t):
        nonlocal last
        gradient = slope(x)
        change = gradient - (gradient if last is None else last)
        last = gradient
        return x - learning_rate * (gradient + optimism * change)

    return rule


def adagrad(learning_rate, initial_accumulator_value):
    total = initial_accumulator_value

    def rule(slope, x, t):
        nonlocal total
        total = total + slope(x) ** 2
        return x - learning_rate * slope(x) / np.sqrt(total + 1e-7)

    return rule


def rmsprop(learning_rate, decay):
    square = 0.0

    def rule(slope, x, t):
        nonlocal square
        square = decay * square + (1 - decay) * slope(x) ** 2
        return x - learning_rate * slope(x) / np.sqrt(square + EPS)

    return rule


def adadelta(learning_rate, rho, eps):
    """Zeiler 2012, algorithm 1."""
    gradients = steps = 0.0

    def rule(slope, x, t):
        nonlocal gradients, steps
        gradients = rho * gradients + (1 - rho) * slope(x) ** 2
        step = -np.sqrt(steps + eps) / np.sqrt(gradients + eps) * slope(x)
        steps = rho * steps + (1 - rho) * step**2
        return x + learning_rate * step

    return rule


def _averages(learning_rate, b1, b2, scaled):
    """Kingma and Ba 2015, algorithm 1, with `scaled(m, v, gradient, t)` in place of its last line."""
    mean = square = 0.0

    def rule(slope, x, t):
        nonlocal mean, square
        gradient = slope(x)
        mean, square = b1 * mean + (1 - b1) * gradient, b2 * square + (1 - b2) * gradient**2
        return x - learning_rate * scaled(mean, square, gradient, t)

    return rule


def adam(learning_rate, b1, b2):
    def scaled(m, v, gradient, t):
        return m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + EPS)

    return _averages(learning_rate, b1, b2, scaled)


def adamw(learning_rate, b1, b2, weight_decay):
    """Loshchilov and Hutter 2019, algorithm 2."""
    plain = adam(learning_rate, b1, b2)
    return lambda slope, x, t: plain(slope, x, t) - learning_rate * weight_decay * x


def amsgrad(learning_rate, b1, b2):
    """Reddi et al. 2018, with Adam's corrections."""
    largest = 0.0

    def scaled(m, v, gradient, t):
        nonlocal largest
        largest = np.maximum(largest, v / (1 - b2**t))
        return m / (1 - b1**t) / (np.sqrt(largest) + EPS)

    return _averages(learning_rate, b1, b2, scaled)


def nadam(learning_rate, b1, b2):
    """Dozat 2016, with constant momentum."""

    def scaled(m, v, gradient, t):
        ahead = b1 * m / (1 - b1 ** (t + 1)) + (1 - b1) * gradient / (1 - b1**t)
        return ahead / (np.sqrt(v / (1 - b2**t)) + EPS)

    return _averages(learning_rate, b1, b2, scaled)


def radam(learning_rate, b1, b2, threshold):
    """Liu et al. 2020, algorithm 2."""
    longest = 2 / (1 - b2) - 1

    def scaled(m, v, gradient, t):
        mean, length = m / (1 - b1**t), longest - 2 * t * b2**t / (1 - b2**t)
        if length < threshold:
            return mean
        share = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
        return np.sqrt(share) * mean / (np.sqrt(v / (1 - b2**t)) + EPS)

    return _averages(learning_rate, b1, b2, scaled)


def adamax(learning_rate, b1, b2):
    """Kingma and Ba 2015, algorithm 2."""
    mean = largest = 0.0

    def rule(slope, x, t):
        nonlocal mean, largest
        mean = b1 * mean + (1 - b1) * slope(x)
        largest = np.maximum(b2 * largest, np.abs(slope(x)) + EPS)
        return x - learning_rate / (1 - b1**t) * mean / largest

    return rule


def adabelief(learning_rate, b1, b2):
    """Zhuang et al. 2020, algorithm 2."""
    mean = square = 0.0

    def rule(slope, x, t):
        nonlocal mean, square
        mean = b1 * mean + (1 - b1) * slope(x)
        square = b2 * square + (1 - b2) * (slope(x) - mean) ** 2
        return x - learning_rate * mean / (1 - b1**t) / np.sqrt(square / (1 - b2**t))

    return rule


def adan(learning_rate, b1, b2, b3):
    """Xie et al. 2022, algorithm 1, with Adam's corrections and decays in place of their complements.

    But for one thing: the paper weighs the change of the gradient by b2, optax 0.2.8 by 1 − b2.
    """
    mean = change = square = 0.0
    last = None

    def rule(slope, x, t):
        nonlocal mean, change, square, last
        gradient = slope(x)
        differs = gradient - (gradient if last is None else last)
        last = gradient
        mean = b1 * mean + (1 - b1) * gradient
        change = b2 * change + (1 - b2) * differs
        square = b3 * square + (1 - b3) * (gradient + (1 - b2) * differs) ** 2
        ahead = mean / (1 - b1**t) + (1 - b2) * change / (1 - b2**t)
        return x - learning_rate * ahead / np.sqrt(square / (1 - b3**t) + EPS)

    return rule


def adopt(learning_rate, b1, b2):
    """Taniguchi et al. 2024, algorithm 2: the first gradient only sets the scale; clipped at the fourth root of t."""
    mean, square = 0.0, None

    def rule(slope, x, t):
        nonlocal mean, square
        gradient = slope(x)
        if square is None:
            square = gradient**2
            return x
        bound = (t - 1) ** 0.25
        mean = b1 * mean + (1 - b1) * np.clip(gradient / np.maximum(np.sqrt(square), 1e-6), -bound, bound)
        square = b2 * square + (1 - b2) * gradient**2
        return x - learning_rate * mean

    return rule


def sign_sgd(learning_rate):
    return lambda slope, x, t: x - learning_rate * np.sign(slope(x))


def signum(learning_rate, beta):
    mean = 0.0

    def rule(slope, x, t):
        nonlocal mean
        mean = beta * mean + (1 - beta) * slope(x)
        return x - learning_rate * np.sign(mean)

    return rule


def lion(learning_rate, b1, b2):
    """Chen et al. 2023, algorithm 2."""
    mean = 0.0

    def rule(slope, x, t):
        nonlocal mean
        step = learning_rate * np.sign(b1 * mean + (1 - b1) * slope(x))
        mean = b2 * mean + (1 - b2) * slope(x)
        return x - step

    return rule


def rprop(learning_rate, eta_minus, eta_plus):
    """Igel and Hüsken 2003, iRprop−."""
    last, step = 0.0, learning_rate

    def rule(slope, x, t):
        nonlocal last, step
        gradient = slope(x)
        agree = gradient * last
        step = np.where(agree > 0, step * eta_plus, np.where(agree < 0, step * eta_minus, step))
        last = np.where(agree < 0, 0.0, gradient)
        return x - step * np.sign(last)

    return rule


def polyak(target, learning_rate):
    """Polyak 1969 with a largest rate, for the loss x·slope(x)/2 of a bowl at the origin."""

    def rule(slope, x, t):
        gradient = slope(x)
        return x - min((x @ gradient / 2 - target) / (gradient @ gradient), learning_rate) * gradient

    return rule


def dog(initial_distance):
    """Ivgi et al. 2023, equation DoG."""
    origin, far, total = None, initial_distance, 0.0

    def rule(slope, x, t):
        nonlocal origin, far, total
        origin = x if origin is None else origin
        far = max(far, np.linalg.norm(x - origin))
        total += slope(x) @ slope(x)
        return x - far / np.sqrt(total + EPS) * slope(x)

    return rule


def lookahead(learning_rate, momentum, sync_period, slow_step_size):
    """Zhang et al. 2019, algorithm 1; momentum goes on over the look back."""
    slow, velocity = None, 0.0

    def rule(slope, x, t):
        nonlocal slow, velocity
        slow = x if slow is None else slow
        velocity = momentum * velocity + slope(x)
        x = x - learning_rate * velocity
        if t % sync_period:
            return x
        slow = slow + slow_step_size * (x - slow)
        return slow

    return rule


def schedule_free_sgd(learning_rate, b1):
    """Defazio et al. 2024, equations 3 to 5: the path of the average x."""
    z = None

    def rule(slope, x, t):
        nonlocal z
        z = x if z is None else z
        z = z - learning_rate * slope((1 - b1) * z + b1 * x)
        return (1 - 1 / t) * x + z / t

    return rule


def sam(learning_rate, rho):
    """Foret et al. 2021, algorithm 1."""

    def rule(slope, x, t):
        uphill = rho * slope(x) / np.linalg.norm(slope(x))
        return x - learning_rate * slope(x + uphill)

    return rule
