"""What the stages do with takes: plan and files in, jobs asked for, files and indexes out."""
