import KindredCLI
import LogitStandardization

KindredCLI.main()
