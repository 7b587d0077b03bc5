extension FaultDescription {
    static let busyScript = FaultDescription(
        does: "keeps the server busy with a script that reads only, so that it answers nobody, and BUSY after a while",
        heals: "the script ends by itself after the length",
        proof: "how long the script took",
        place: .server, hurtsOthers: true, length: 300_000_000)
}
