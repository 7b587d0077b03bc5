/// What starts a worker process, and carries its standard input and output where it is on another machine.
package enum EngineName: String, RecordWord {
    case local, ssh, slurm, kubernetes

    package static let kind = "engine"
}
