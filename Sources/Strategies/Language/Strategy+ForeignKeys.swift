extension Strategy {
    /// A key that the file declares without `{sale}`, because a script makes it up itself: it is the same in every run, and on a
    /// server of somebody else it may be theirs. Nil where there is none.
    package var foreignKey: Key? { keys.first { !$0.template.holdsTag } }
}
