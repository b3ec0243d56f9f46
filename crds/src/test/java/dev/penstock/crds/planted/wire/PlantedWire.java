package dev.penstock.crds.planted.wire;

import dev.penstock.api.Condition;

/** Sees what a wire type must not see. */
public record PlantedWire(Condition condition) {}
