import KindredCLI

KindredCLI.main()
