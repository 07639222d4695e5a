"""The course's results table, made of what the experiments have stored.

``make results`` takes a second and trains nothing. It writes ``experiments/results.md``, a row for each result in the form of `Row`,
and the short table in the README.
"""

from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from unroll.results import results

from tools.readme import write_in_readme

TABLE = Path(__file__).with_name("results.md")


@dataclass(frozen=True)
class Row:
    """One result.

    Parameters
    ----------
    data, split, model
        A few words each.
    parameters
        Numbers that training sets.
    seeds
        Runs.
    metric
        What is measured, its unit, and how.
    value
        The mean of the runs.
    interval
        Where the value may lie, and by what.
    training
        Time for one run.
    machine
        What it ran on.
    reference
        A published result.
    source
        Its address.
    """

    data: str
    split: str
    model: str
    parameters: int
    seeds: int
    metric: str
    value: float
    interval: str
    training: str
    machine: str
    reference: str
    source: str


def plays() -> list[Row]:
    """The model that `unroll.language.shakespeare` loads: the text read in one go, and in windows as nanoGPT does."""
    log = results("char_lm")["shakespeare"]
    minutes = round(log["seconds"][-1] / 60)
    rows = []
    for way, found in log["read"].items():
        low, high = (found["nats"] + sign * 1.96 * found["standard_error"] for sign in (-1, 1))
        row = Row(
            data="tiny Shakespeare, characters",
            split="first 90 % to train on, last 10 % held out, last epoch",
            model="GRU of 512, float16",
            parameters=log["parameters"],
            seeds=len(log["seeds"]),
            metric=f"nats per character, {way}",
            value=found["nats"],
            interval=f"{low:.3f} to {high:.3f}, 95 % over pieces of the text",
            training=f"{minutes} min",
            machine=log["machine"],
            reference="transformer, 6 layers of 384, windows of 256, best validation loss: 1.4697",
            source="https://github.com/karpathy/nanoGPT#quick-start",
        )
        rows.append(row)
    return rows


def names() -> list[Row]:
    log = results("char_lm")["names"]
    row = Row(
        data="names, characters",
        split="distinct names, 80 / 10 / 10 at random, test",
        model="GRU of 192",
        parameters=log["parameters"],
        seeds=len(log["seeds"]),
        metric="nats per character",
        value=float(np.mean(log["test"])),
        interval=f"{min(log['test']):.3f} to {max(log['test']):.3f}, range of the seeds",
        training=f"{min(log['seconds'])} to {max(log['seconds'])} s",
        machine=log["machine"],
        reference="transformer, names of the test seen in training among them: about 1.92",
        source="https://github.com/karpathy/makemore#usage",
    )
    return [row]


def reviews() -> list[Row]:
    """The ladder on SST-2; the interval is that of a share of the test sentences."""
    log = results("sentiment")["sst2"]
    rows = []
    for model, runs in log["accuracy"].items():
        mean = float(np.mean(runs))
        margin = 1.96 * (mean * (1 - mean) / 1821) ** 0.5
        row = Row(
            data="SST-2, sentences, no phrases, no pretrained vectors",
            split="6,920 to train on, 872 dev to choose by, 1,821 test",
            model=model,
            parameters=log["parameters"][model],
            seeds=len(runs),
            metric="accuracy",
            value=mean,
            interval=f"{mean - margin:.3f} to {mean + margin:.3f}, 95 % over sentences; runs {min(runs):.3f} to {max(runs):.3f}",
            training=f"{min(log['seconds'][model])} to {max(log['seconds'][model])} s",
            machine=log["machine"],
            reference="convolutions, random vectors at the start, phrases in training as well: 0.835",
            source="https://github.com/harvardnlp/sent-conv-torch#scores",
        )
        rows.append(row)
    return rows


def taggers() -> list[Row]:
    """The full profile of lecture 12; the interval is the range of the seeds, because spans of one sentence are not independent."""
    log = results("tagging")
    published = {
        "wikiann": (
            "XLM-RoBERTa large, pretrained, text in lower case: 0.826",
            "https://huggingface.co/tner/xlm-roberta-large-uncased-panx-dataset-en/blob/main/test_panx_dataset-en_lower.json",
        ),
        "wnut17": (
            "LSTM and CRF, pretrained vectors, other labelled tweets: 0.408 (von Däniken and Cieliebak 2017)",
            "https://aclanthology.org/W17-4422/",
        ),
    }
    splits = {
        "wikiann": ("WikiANN, English", "20,000 to train on, 10,000 dev to choose by, 10,000 test"),
        "wnut17": ("WNUT-17", "3,394 to train on, 1,009 dev, 1,287 test"),
    }
    rows = []
    for name, (source, split) in splits.items():
        found = log[name]
        test = np.array(found["test"]) / 100
        row = Row(
            data=source,
            split=split,
            model="bidirectional LSTM over words, capitals, endings and letters, legal tags",
            parameters=found["parameters"],
            seeds=len(test),
            metric="F1 over spans, micro-averaged",
            value=float(test.mean()),
            interval=f"{test.min():.3f} to {test.max():.3f}, range of the seeds",
            training=f"{min(found['seconds'])} to {max(found['seconds'])} s",
            machine=f"{found['machine']}, busy",
            reference=published[name][0],
            source=published[name][1],
        )
        rows.append(row)
    return rows


def sums() -> list[Row]:
    """The pair that adds, of lecture 14; the interval is Wilson's, for a share so close to 1."""
    log = results("seq2seq")["adder"]
    share, count, z = log["exact_float16"], log["held_out"], 1.96
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    margin = z / (1 + z**2 / count) * (share * (1 - share) / count + z**2 / (4 * count**2)) ** 0.5
    row = Row(
        data="sums of up to three digits, made up",
        split=f"56,000 to train on, {count:,} held out, last epoch",
        model="encoder and decoder, GRUs of 128, float16",
        parameters=log["parameters"],
        seeds=len(log["seeds"]),
        metric="exact match",
        value=share,
        interval=f"{middle - margin:.4f} to {middle + margin:.4f}, 95 % over sums",
        training=f"{log['seconds'][-1]} s",
        machine=f"{log['machine']}, busy",
        reference="LSTM of 128, 50,000 sums, 100 epochs: 0.99",
        source="https://keras.io/examples/nlp/addition_rnn/",
    )
    return [row]


def captions() -> list[Row]:
    """The network of lecture 16, which trains live; the stored runs are the same network with other seeds."""
    log = results("captions")
    runs, seconds = log["exact"]["no places"], log["seconds"]["no places"]
    asked = {"seen": "captions that were in training", "new kind": "colours and shapes that never stood together in training"}
    return [
        Row(
            data="pictures of coloured shapes, made up",
            split=f"12,000 to train on, 1,000 new ones with {text}",
            model="three convolutions, GRU of 64, attention",
            parameters=log["parameters"]["no places"],
            seeds=len(log["seeds"]),
            metric=f"exact match, {text}",
            value=float(np.mean(runs[kind])),
            interval=f"{min(runs[kind]):.3f} to {max(runs[kind]):.3f}, range of the seeds",
            training=f"{min(seconds)} to {max(seconds)} s",
            machine=log["machine"],
            reference="none: the pictures are ours",
            source="lectures/16_captioning.ipynb",
        )
        for kind, text in asked.items()
    ]


def translations() -> list[Row]:
    """The full profile of lecture 15."""
    log = results("translation")
    rows = []
    for model in ("attention", "no attention"):
        runs = log[model]
        row = Row(
            data="Multi30k, French to English, lower case, tokenised as distributed",
            split="29,000 to train on, 1,014 dev to choose by, 1,000 test 2016",
            model=f"bidirectional GRU of 256, two GRUs of 512, {model}, 5 beams",
            parameters=runs["parameters"],
            seeds=len(runs["seeds"]),
            metric="BLEU, one reference, no further tokenisation",
            value=float(np.mean(runs["beam"])),
            interval=f"{min(runs['beam']):.2f} to {max(runs['beam']):.2f}, range of the seeds",
            training=f"{min(runs['seconds'])} to {max(runs['seconds'])} s",
            machine=f"{log['machine']} (NVIDIA H200)",
            reference="GRUs with dot attention, French to English, tokens not told: 27.2",
            source="https://github.com/hash2430/French_EN_NMT",
        )
        rows.append(row)
    return rows


def word_vectors() -> list[Row]:
    """Skip-gram in Keras and gensim's on Brown, and the difference of the two."""
    log = results("word2vec")
    seconds = {program: float(np.mean(log[program]["seconds"])) for program in ("Keras", "gensim")}
    found = {
        program: (float(np.mean(log[program]["rho"])), min(log[program]["rho"]), max(log[program]["rho"]))
        for program in seconds
    }
    low, high = log["difference"]["interval"]
    rows = [
        (
            f"skip-gram in {program}",
            mean,
            f"{lowest:.3f} to {highest:.3f}, range of the seeds",
            f"{seconds[program]:.0f} s of CPU time",
        )
        for program, (mean, lowest, highest) in found.items()
    ]
    ratio = f"Keras takes {seconds['Keras'] / seconds['gensim']:.0f} times as long"
    rows.append(("Keras less gensim", log["difference"]["mean"], f"{low:.3f} to {high:.3f}, 95 % over pairs and seeds", ratio))
    return [
        Row(
            data=f"Brown, {log['words']:,} words; WordSim-353",
            split=f"the whole text; the {log['covered']} pairs with both words in it",
            model=model,
            parameters=log["parameters"],
            seeds=len(log["seeds"]),
            metric="Spearman's correlation with people",
            value=value,
            interval=interval,
            training=training,
            machine=log["machine"],
            reference="skip-gram on text8, 17 million words, all pairs: gensim 0.637, its author's in NumPy 0.585",
            source="https://github.com/adamstafa/word2vec/blob/main/eval.ipynb",
        )
        for model, value, interval, training in rows
    ]


def digits() -> list[Row]:
    """Spoken digits, of voices that were trained on and of one that was left out; the intervals are those of a share, and of the voices."""
    log = results("digits")
    official, strangers = log["official"]["accuracy"], log["speakers"]["accuracy"]
    mean = float(np.mean(official))
    margin = 1.96 * (mean * (1 - mean) / 300) ** 0.5
    voices = [float(np.mean(runs)) for runs in strangers.values()]
    asked = [
        (
            "official: recordings 5 to 49 of each digit and speaker to train on, 0 to 4 to test on",
            "accuracy, voices of the training set",
            mean,
            f"{mean - margin:.3f} to {min(mean + margin, 1):.3f}, 95 % over recordings; runs {min(official):.3f} to {max(official):.3f}",
        ),
        (
            "one speaker of six left out, each in turn, all recordings",
            "accuracy, a voice that was left out",
            float(np.mean(voices)),
            f"{min(voices):.3f} to {max(voices):.3f}, range of the speakers",
        ),
    ]
    return [
        Row(
            data="Free Spoken Digit Dataset 1.0.10",
            split=split,
            model="two bidirectional GRUs of 64 over log-mel spectra",
            parameters=log["official"]["parameters"],
            seeds=len(official),
            metric=metric,
            value=value,
            interval=interval,
            training=f"{min(log['official']['seconds'])} to {max(log['official']['seconds'])} s",
            machine=log["official"]["machine"],
            reference="classifier on the embeddings of facebook/mms-1b-all, 300 recordings to test on: 0.935",
            source="https://github.com/embeddings-benchmark/results",
        )
        for split, metric, value, interval in asked
    ]


def jigs() -> list[Row]:
    """The folk tunes that lecture 17 plays."""
    log = results("folk")
    asked = [("nats per character, held-out tunes", "nats"), ("share of written bars that are full", "bars written")]
    return [
        Row(
            data="Nottingham collection, tunes in 6/8, characters",
            split=f"{log['count']['train']} tunes to train on, {log['count']['held out']} held out, last epoch",
            model="GRU of 192",
            parameters=log["parameters"],
            seeds=len(log["seeds"]),
            metric=metric,
            value=float(np.mean(log[place])),
            interval=f"{min(log[place]):.3f} to {max(log[place]):.3f}, range of the seeds",
            training=f"{min(log['seconds'])} to {max(log['seconds'])} s",
            machine=log["machine"],
            reference=f"share of full bars in the collection: {log['bars']:.3f}",
            source="https://github.com/jukedeck/nottingham-dataset",
        )
        for metric, place in asked
    ]


def every_row() -> list[Row]:
    """The whole table, in the order of the lectures."""
    return [
        *plays(),
        *names(),
        *word_vectors(),
        *taggers(),
        *reviews(),
        *sums(),
        *translations(),
        *captions(),
        *digits(),
        *jigs(),
    ]


def table(rows: list[Row]) -> str:
    """Rows as a table in Markdown, under the names of their fields."""
    cells = [[f"{cell:,}" if isinstance(cell, int) else f"{cell:.3f}" if isinstance(cell, float) else cell for cell in row]
             for row in map(astuple, rows)]  # fmt: skip
    return markdown([[field.name for field in fields(Row)], *cells])


def short_table(rows: list[Row]) -> str:
    """What a reader of the README wants to know first."""
    return markdown(
        [["data", "model", "metric", "result"], *([row.data, row.model, row.metric, f"{row.value:.3f}"] for row in rows)]
    )


def markdown(lines: list[list[str]]) -> str:
    head, *rest = lines
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, ["---"] * len(head), *rest])


def main() -> None:
    rows = every_row()
    TABLE.write_text("# Results\n\nWritten by `make results`.\n\n" + table(rows) + "\n")
    write_in_readme("results", short_table(rows))
    print(table(rows))


if __name__ == "__main__":
    main()
