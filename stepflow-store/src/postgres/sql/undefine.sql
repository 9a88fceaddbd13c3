-- Definitions that no run is of any more. A run that is being added at this moment keeps its definition: the
-- foreign key sees it, whichever of the two comes first.
DELETE FROM definitions WHERE NOT EXISTS (SELECT FROM runs WHERE definition = definitions.key)
