"""novaclips measured beside its peers; ``make bench`` runs it and writes docs/benchmarks.md."""
