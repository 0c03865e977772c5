public import Distillation

extension Matcher where Self == Pearson {
  /// 1 − ρ(s, t), averaged over rows.
  public static var pearson: Pearson { .standard }
}
