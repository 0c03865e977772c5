import Distillation

// Linking this module registers the paper: the section is read when the registry is first used.
#if objectFormat(MachO)
  @section("__DATA_CONST,kindred_papers")
#else
  @section("kindred_papers")
#endif
@used let registration: PaperEntry = { SimKD.register(in: $0) }
