/// Makes single attempts as long as they may have taken, as is done with whole histories where they are judged.
package struct ClockWidening {
    private let clocks: WorkerClocks
    private var readers: [ClockReader]

    package init(_ clocks: WorkerClocks) {
        self.clocks = clocks
        readers = clocks.readers()
    }

    /// - Parameter attempt: with the times that are shown.
    package mutating func widened(_ attempt: Attempt) -> Attempt {
        let machine = clocks.machine(ofWorker: attempt.worker)
        guard machine > 0 else { return attempt }
        var widened = attempt
        widened.invokedNanoseconds = readers[machine - 1].earliest(ofShown: attempt.invokedNanoseconds)
        widened.returnedNanoseconds = attempt.returnedNanoseconds.map { readers[machine - 1].latest(ofShown: $0) }
        return widened
    }
}
