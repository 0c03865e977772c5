import KindredCLI
import SkipNet

// The command `kindred`, whose recipes can name `skipnet:8`.
KindredCLI.main(networks: .standard.adding([SkipNet.self]))
