/** Ready-made networks, each a static factory method that reads like the paper it comes from. */
package io.retrograd.model;
