from collections.abc import Mapping, Sequence
from os import PathLike

import numpy as np
from numpy.typing import NDArray

class SessionOptions:
    log_severity_level: int
    intra_op_num_threads: int

class InferenceSession:
    def __init__(
        self, path_or_bytes: str | bytes | PathLike[str], sess_options: SessionOptions | None = None, providers: Sequence[str] | None = None
    ) -> None: ...
    def run(self, output_names: Sequence[str] | None, input_feed: Mapping[str, NDArray[np.int64]]) -> list[NDArray[np.float32]]: ...
