import KindredCLI
