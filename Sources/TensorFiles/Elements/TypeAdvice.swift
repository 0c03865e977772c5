/// The kinds of arrays that do not hold numbers of up to 64 bits. Each has its own advice in messages,
/// because advice for another kind would fail or change the numbers.
enum UnreadType {
  case text
  /// Bytes whose type NumPy does not know. It stores the types of `ml_dtypes` in this way.
  case raw(bytes: Int)
  case object, objects
  case structured
  case complex, longDouble
  case time, timeSpan
  /// Numbers of PyTorch with 8 bits or fewer that are not read here.
  case smallFloat, packed
  case unknown

  private var texts: (kind: String, advice: String) {
    switch self {
    case .text:
      (
        "text",
        """
        numbers that are written as text: array.astype(np.float64); names of classes: \
        np.unique(array, return_inverse=True)[1]
        """
      )
    case .raw(2):
      (
        "2 bytes of no known type, as NumPy stores bfloat16",
        """
        save array.astype(np.float32), or .safetensors; for this file, \
        np.load(file).view(ml_dtypes.bfloat16).astype(np.float32)
        """
      )
    case .raw(1):
      (
        "1 byte of no known type, as NumPy stores floats of 8 bits",
        """
        save array.astype(np.float32), or .safetensors; for this file, \
        np.load(file).view(ml_dtypes.float8_e4m3fn).astype(np.float32), or whichever type it was
        """
      )
    case .raw(let bytes):
      ("\(bytes) bytes of no known type", "np.load(file).view(dtype), with the dtype that it was")
    case .object:
      (
        "one Python object",
        """
        for a dictionary of arrays: \
        np.savez('new.npz', **np.load(file, allow_pickle=True).item())
        """
      )
    case .objects:
      (
        "Python objects",
        "for numbers, or arrays of one shape: np.stack(array.tolist())"
      )
    case .structured:
      (
        "a structure of fields",
        "each field by its name: np.savez('new.npz', **{f: array[f] for f in array.dtype.names})"
      )
    case .complex:
      ("complex numbers", "the parts as arrays of their own: array.real, array.imag")
    case .longDouble:
      ("long double, which differs between machines", "array.astype(np.float64)")
    case .time:
      (
        "points in time",
        """
        seconds since the first: (t - t.min()) / np.timedelta64(1, 's') for \
        t = array.astype('M8[ms]')
        """
      )
    case .timeSpan: ("spans of time", "seconds: array / np.timedelta64(1, 's')")
    case .smallFloat: ("floats of 8 bits of another kind", "tensor.float()")
    case .packed: ("several numbers in a byte", "the tensor before it was packed")
    case .unknown: ("", "")
    }
  }

  /// The problem to throw if this type, which the file writes as `typeName`, is found instead of
  /// numbers.
  func problem(_ typeName: String) -> FormatProblem {
    let (kind, advice) = texts
    return .unsupported(
      found: kind.isEmpty ? typeName : "\(typeName) (\(kind))",
      possible: "numbers of up to 64 bits" + (advice.isEmpty ? "" : " (\(advice))"))
  }
}
