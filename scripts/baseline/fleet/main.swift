// What scripts/bench fleet runs: a coordinator with many workers that are none. One worker is recorded, and then replayed over as many
// links as wanted by a process of its own, so that what is measured is the coordinator alone.
//
//     fleet-benchmark run STRESS WORKERS SECONDS     prints one JSON value
//     fleet-benchmark replay RECORDING SECONDS DESCRIPTOR...
import Foundation

let arguments = Array(CommandLine.arguments.dropFirst())
signal(SIGPIPE, SIG_IGN)
do {
    switch arguments.first {
    case "run" where arguments.count == 4:
        guard let workers = Int(arguments[2]), let seconds = Double(arguments[3]) else { fallthrough }
        try Measuring(stress: arguments[1], workers: workers, seconds: seconds).run()
    case "replay" where arguments.count > 3:
        let descriptors = arguments.dropFirst(3).compactMap { Int32($0) }
        guard let seconds = Double(arguments[2]) else { fallthrough }
        var replay = try Replay(of: arguments[1], seconds: seconds, descriptors)
        replay.run()
    default:
        print("usage: fleet-benchmark run STRESS WORKERS SECONDS")
        exit(64)
    }
} catch {
    print("fleet-benchmark: \(error)")
    exit(1)
}
